// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The memory of a process and its descendants, as Linux tells it. For one thread. */
final class ProcessMemory {

  private static final List<String> COUNTED = List.of("RssAnon:", "RssShmem:", "VmSwap:");
  private static final int TICKS = 20;

  private final ProcessHandle process;
  private List<Path> files = List.of();
  private int tick;

  ProcessMemory(ProcessHandle process) {
    this.process = process;
  }

  /**
   * What they have of their own, in memory or swapped out; files that they read do not count. Zero
   * where the system does not tell.
   */
  long bytes() {
    // Finding them costs more than reading; a module's process hardly ever has another child.
    if (tick++ % TICKS == 0 || files.size() < 2) {
      files = new ArrayList<>();
      files.add(status(process));
      process.descendants().forEach(p -> files.add(status(p)));
    }
    return files.stream().mapToLong(ProcessMemory::kibibytes).sum() << 10;
  }

  private static long kibibytes(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> COUNTED.stream().anyMatch(line::startsWith))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    } catch (IOException e) {
      return 0; // it has ended, or this is another system
    }
  }

  private static Path status(ProcessHandle process) {
    return Path.of("/proc", "" + process.pid(), "status");
  }
}
