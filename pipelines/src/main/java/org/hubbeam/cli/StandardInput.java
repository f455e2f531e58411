// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * The standard input as a file: what an engine reads twice, or in several tasks, must not flow by.
 * The file is deleted when the process ends.
 */
final class StandardInput {

  /** What stands for it. */
  static final String NAME = "-";

  private static final Set<String> FILES = ConcurrentHashMap.newKeySet();

  private @Nullable String file;

  /** The given name; where it is {@link #NAME}, that of a file with all of the standard input. */
  String file(String given) {
    if (!given.equals(NAME)) {
      return given;
    }
    if (file == null) {
      file = save();
    }
    return file;
  }

  private static String save() {
    try {
      Path folder = Files.createTempDirectory("hubbeam-input");
      Path saved = folder.resolve("stdin");
      Files.copy(System.in, saved);
      folder.toFile().deleteOnExit();
      saved.toFile().deleteOnExit();
      FILES.add(saved.toString());
      return saved.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses engines that run elsewhere.
   *
   * @throws UsageException if an input is the standard input, and tasks do not run in this process
   */
  static void check(List<String> inputs, PipelineOptions options) {
    if (options.as(LocalTasks.class).getLocalTasks() == 0
        && inputs.stream().anyMatch(FILES::contains)) {
      throw new UsageException(
          "--input=- is on this machine only, and "
              + Engines.of(options).title()
              + " reads elsewhere; write it to a file that all workers see");
    }
  }
}
