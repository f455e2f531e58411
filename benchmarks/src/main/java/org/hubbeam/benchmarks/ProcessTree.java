package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks again and again at a process and those that it started, in Linux's {@code /proc}; sees
 * nothing elsewhere.
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

  /** Takes note of what the processes use now. */
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

  /** The most bytes resident at one look. */
  long peak() {
    return peak;
  }

  /** The processor time of all processes, as far as it was seen. */
  double cpuSeconds() {
    return cpu.values().stream().mapToDouble(d -> d).sum();
  }

  /** A process's own processor time, out of {@code /proc/PID/stat}. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
    return ticks / TICKS_PER_SECOND;
  }

  /** The bytes of one line of {@code /proc/PID/status}; 0 where it has no such line. */
  static long residentBytes(String status, String line) {
    return status
        .lines()
        .filter(l -> l.startsWith(line + ":"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }
}
