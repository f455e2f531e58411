// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Runs contenders and measures them. Processor time and memory are those of the process tree,
 * sampled while it runs; if GNU time is installed, the larger of the two results.
 */
final class Measurement {

  private static final Path GNU_TIME = Path.of("/usr/bin/time");
  private static final long LOOK_MILLIS = 200;
  private static final long LONGEST_SECONDS = 1200;

  private final Path logs;
  private final boolean timed;

  /**
   * @param logs folder for the output of contenders
   */
  Measurement(Path logs) throws IOException {
    this.logs = Files.createDirectories(logs);
    this.timed =
        Files.isExecutable(GNU_TIME)
            && Shell.run(List.of(GNU_TIME.toString(), "-f", "%U %S %M", "true")).code() == 0;
  }

  /** Runs one contender to its end. If it fails, the note says so. */
  Run run(Contender contender) throws IOException {
    Contender.Work work = contender.work();
    if (!contender.absent().isEmpty()) {
      return Run.noted(contender.name(), work, contender.absent());
    }
    String name = (contender.name() + "-" + work.size()).replaceAll("[^A-Za-z0-9.-]+", "_");
    Path out = logs.resolve(name + ".out");
    Path usage = logs.resolve(name + ".usage");
    long start = System.nanoTime();
    Process process = start(contender, out, usage);
    ProcessTree tree = new ProcessTree(process.toHandle());
    boolean ended = watch(process, tree);
    double wall = (System.nanoTime() - start) / 1e9;
    if (!ended || process.exitValue() != 0) {
      String how = ended ? "exit code " + process.exitValue() : "it ran too long";
      return Run.noted(contender.name(), work, "failed: " + how + "; see " + out);
    }
    Usage used = timed ? Usage.parse(Files.readString(usage)) : new Usage(0, 0);
    String text = Files.readString(out, StandardCharsets.UTF_8);
    OptionalDouble rate = Rates.of(text);
    return new Run(
        contender.name(),
        work.size(),
        work.rows(),
        rate.isPresent() ? (Double) rate.getAsDouble() : null,
        wall,
        Math.max(used.cpu(), tree.cpuSeconds()),
        Math.max(used.peak(), tree.peak()),
        Rates.measures(text),
        "");
  }

  private Process start(Contender contender, Path out, Path usage) throws IOException {
    List<String> command = new ArrayList<>();
    if (timed) {
      command.addAll(List.of(GNU_TIME.toString(), "-f", "%U %S %M", "-o", usage.toString()));
    }
    command.addAll(contender.command());
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
    builder.redirectError(logs.resolve(out.getFileName() + ".err").toFile());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    builder.environment().putAll(contender.environment());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static boolean watch(Process process, ProcessTree tree) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    try {
      while (System.nanoTime() < end) {
        tree.look();
        if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    return false;
  }

  /**
   * The output of GNU time.
   *
   * @param cpu seconds
   * @param peak bytes
   */
  record Usage(double cpu, long peak) {

    /** Parses its last line, {@code USER SYSTEM KIBIBYTES}. */
    static Usage parse(String text) {
      String[] lines = text.strip().split("\n", -1);
      String[] fields = lines[lines.length - 1].strip().split(" ", -1);
      return new Usage(
          Double.parseDouble(fields[0]) + Double.parseDouble(fields[1]),
          Long.parseLong(fields[2]) << 10);
    }
  }
}
