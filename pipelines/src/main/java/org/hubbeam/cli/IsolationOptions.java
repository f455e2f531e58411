// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.model.Isolation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a module gets a process of its own. */
@Section(Section.Heading.LOADING)
final class IsolationOptions {

  private static final double GIB = 1L << 30;
  private static final double LEAST_GIB = 0.5;

  @Option(
      names = "--isolate",
      description =
          "run modules in a process of their own, without the environment, the network and the"
              + " files of this one as far as the system allows (see doctor); a call that ends the"
              + " process is refused")
  private boolean isolate;

  @Option(
      names = "--isolateStrictly",
      description = "--isolate, and fail where the system cannot hide the network and files")
  private boolean strictly;

  @Option(
      names = "--isolateMemory",
      paramLabel = "GIB",
      description =
          "the memory of a module's process (default: four fifths of what this process leaves)")
  private @Nullable Double memory;

  @Option(
      names = "--isolateCores",
      paramLabel = "N",
      defaultValue = "0",
      description = "the cores that a module's process may use (default: all)")
  private int cores;

  /** The selected isolation; null for none. */
  @Nullable Isolation isolation() {
    if (!isolate && !strictly) {
      if (memory != null || cores != 0) {
        throw new UsageException(
            (memory != null ? "--isolateMemory" : "--isolateCores") + " requires --isolate");
      }
      return null;
    }
    if (memory != null && !(memory >= LEAST_GIB && memory < Long.MAX_VALUE / GIB)) {
      throw new UsageException("--isolateMemory=" + memory + " must be at least 0.5 GiB");
    }
    if (cores < 0) {
      throw new UsageException("--isolateCores=" + cores + " must be 0 or more");
    }
    return Isolation.DEFAULT
        .withMemoryBytes(memory == null ? null : (long) (memory * GIB))
        .withCores(cores)
        .withWalls(strictly ? Isolation.Walls.REQUIRED : Isolation.Walls.AS_OFFERED);
  }
}
