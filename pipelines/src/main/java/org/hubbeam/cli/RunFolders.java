// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hubbeam.files.RunFolder;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a run, which go when its output is whole.
 *
 * @param run beside the output
 * @param temp elsewhere; null if there is none
 * @param emptyAfter a folder that the run has made for others, which goes if nobody else uses it;
 *     null if there is none
 */
record RunFolders(RunFolder run, @Nullable String temp, @Nullable String emptyAfter)
    implements Serializable {

  /** Deletes them, as well as it can: what stays, the next run finds. */
  void delete() {
    delete(temp);
    delete(run.location());
    if (emptyAfter != null) {
      try {
        Files.deleteIfExists(Path.of(emptyAfter));
      } catch (IOException e) {
        // Somebody else uses it, too.
      }
    }
  }

  private static void delete(@Nullable String folder) {
    if (folder != null) {
      try {
        RunFolder.delete(folder);
      } catch (IOException | UncheckedIOException e) {
        // A task may write its last bytes there.
      }
    }
  }
}
