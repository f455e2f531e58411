// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.batch.Secrets;

/**
 * What a job names, and its workers read and write. Where workers are on machines of others, it is
 * in a store that these reach, and what reads the job must not read a password.
 *
 * @param files names of files and folders, globs and prefixes
 * @param handles of modules
 */
record WorkerPlaces(List<String> files, List<String> handles) {

  /** None at all. */
  static final WorkerPlaces NONE = new WorkerPlaces(List.of(), List.of());

  WorkerPlaces {
    files = List.copyOf(files);
    handles = List.copyOf(handles);
  }

  /** With more files. */
  WorkerPlaces withFiles(List<String> more) {
    return new WorkerPlaces(Stream.of(files, more).flatMap(List::stream).toList(), handles);
  }

  /**
   * Checks that the workers of an engine can reach all of them.
   *
   * @throws UsageException if one is on this machine, or a handle has what may be secret
   */
  void check(Engine engine) {
    if (engine.seesThisMachine()) {
      return;
    }
    files.stream()
        .filter(file -> !file.matches("(?!file:)[a-zA-Z][a-zA-Z0-9+.-]+:.*"))
        .findFirst()
        .ifPresent(file -> refuse(file, engine));
    for (String handle : handles) {
      if (isHere(handle)) {
        refuse(handle, engine);
      }
      String shown = Secrets.masked(handle);
      if (!shown.equals(handle)) {
        throw new UsageException(
            shown
                + " has a part that may be secret, which everybody could read who sees the job on "
                + engine.title()
                + "; copy the module to gs: and give that");
      }
    }
  }

  private static void refuse(String place, Engine engine) {
    throw new UsageException(
        place
            + " is on this machine, which the workers of "
            + engine.title()
            + " do not see; copy it to gs: (gcloud storage cp -r) and give that");
  }

  private static boolean isHere(String handle) {
    if (handle.matches("(?i)file:.*|[./~].*")) {
      return true;
    }
    try {
      return Files.exists(Path.of(handle));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
