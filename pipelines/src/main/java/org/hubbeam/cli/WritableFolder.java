// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Finds out whether files can be written to a folder, before a job starts. */
final class WritableFolder {

  private WritableFolder() {}

  /**
   * Writes a file to a folder and deletes it, and the folders that were missing. A folder that is
   * not on this machine passes.
   *
   * @param option what named the folder: {@code --output=a/b}
   * @throws UsageException if nothing can be written
   */
  static void check(String option, String folder) {
    if (folder.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      return;
    }
    try {
      check(Path.of(folder).toAbsolutePath());
    } catch (IOException e) {
      throw new UsageException(option + ": cannot write to " + folder + " (" + reason(e) + ")");
    } catch (InvalidPathException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  private static void check(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.exists(at); at = at.getParent()) {
      missing.push(at);
    }
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".hubbeam", ""));
    } finally {
      while (!missing.isEmpty()) {
        Files.deleteIfExists(missing.removeLast());
      }
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is a file";
    }
    boolean reasoned = failure instanceof FileSystemException f && f.getReason() != null;
    return reasoned
        ? ((FileSystemException) failure).getReason().toLowerCase(Locale.ROOT)
        : Errors.ownMessage(failure);
  }
}
