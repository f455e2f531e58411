// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for the files of parsers, which is deleted when it is closed; in memory where the system
 * has a file system for that, since every input is a file.
 */
record Scratch(Path folder) implements AutoCloseable {

  private static final Path MEMORY = Path.of("/dev/shm");

  static Scratch below(Path folder) throws IOException {
    Path parent = Files.isWritable(MEMORY) ? MEMORY : folder;
    return new Scratch(Files.createTempDirectory(parent, "fuzz-"));
  }

  /** Deletes what is in a folder, and the folder. */
  static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void close() throws IOException {
    delete(folder);
  }
}
