// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Samples a process and its children in Linux's {@code /proc}. On other systems it sees nothing.
 */
final class ProcessTree {

  private static final double TICKS_PER_SECOND = 100;
  private static final int USER_FIELD = 11;

  private final ProcessHandle root;
  private final Map<Long, Double> cpu = new HashMap<>();
  private long peak;

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /** Takes a sample. */
  void look() {
    long resident = 0;
    try (Stream<ProcessHandle> all = Stream.concat(Stream.of(root), root.descendants())) {
      for (ProcessHandle process : (Iterable<ProcessHandle>) all::iterator) {
        resident += look(process.pid());
      }
    }
    peak = Math.max(peak, resident);
  }

  private long look(long pid) {
    Path folder = Path.of("/proc", Long.toString(pid));
    try {
      cpu.merge(pid, cpuSeconds(Files.readString(folder.resolve("stat"))), Math::max);
      return residentBytes(Files.readString(folder.resolve("status")), "VmRSS");
    } catch (IOException | RuntimeException e) {
      // It has ended, or there is no /proc.
      return 0;
    }
  }

  /** The maximum of resident bytes over all samples. */
  long peak() {
    return peak;
  }

  /** The processor time of all processes that were seen. */
  double cpuSeconds() {
    return cpu.values().stream().mapToDouble(d -> d).sum();
  }

  /** The processor time of one process, from {@code /proc/PID/stat}. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
    return ticks / TICKS_PER_SECOND;
  }

  /** The bytes in a line of {@code /proc/PID/status}; 0 if there is no such line. */
  static long residentBytes(String status, String line) {
    return status
        .lines()
        .filter(l -> l.startsWith(line + ":"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }
}
