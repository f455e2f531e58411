// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.batch.Internal;

/** The temporary folders of jobs that this process has planned and not seen finished. */
@Internal
public final class UnfinishedFiles {

  private static final Set<String> FOLDERS = ConcurrentHashMap.newKeySet();

  private UnfinishedFiles() {}

  static void begin(String folder) {
    FOLDERS.add(folder);
  }

  static void finish(String folder) {
    FOLDERS.remove(folder);
  }

  /**
   * Deletes those on this machine. To be called when no job of this process runs any more, or all
   * are to end: what they wrote is lost.
   */
  public static void delete() {
    for (String folder : List.copyOf(FOLDERS)) {
      boolean local = !folder.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*");
      try {
        if (local) {
          FileTrees.delete(Path.of(folder));
        }
        FOLDERS.remove(folder);
      } catch (IOException e) {
        // Something else writes there still, or has deleted it; whoever looks finds it by its name.
      }
    }
  }
}
