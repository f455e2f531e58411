// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.testing.TestFiles;

/**
 * Tries many inputs of one target in child processes, one after the other: where one ends, the next
 * goes on behind the input at which it ended.
 */
final class Campaign {

  private static final String LOG = "log.txt";

  /** How many inputs are tried before one that is tried again. */
  private static final int WARM_UP = 3;

  /** So many different findings are enough. */
  private static final int ENOUGH = 10;

  /** How Jazzer says how many inputs it has tried. */
  private static final Pattern UNITS =
      Pattern.compile("(?m)^(?:#|stat::number_of_executed_units: *)([0-9]+)");

  private static final Duration START = Duration.ofMinutes(5);

  private final FuzzTarget target;
  private final Path folder;
  private final Map<String, Finding> findings = new LinkedHashMap<>();

  /**
   * A campaign.
   *
   * @param folder for the files of the workers, and for findings
   */
  Campaign(FuzzTarget target, Path folder) throws IOException {
    this.target = target;
    this.folder = Files.createDirectories(folder);
  }

  /**
   * What is tried.
   *
   * @param seed the number of the first mutated input
   * @param inputs how many are tried
   * @param time no more is tried after it
   */
  record Budget(long seed, long inputs, Duration time) {}

  /** What came of it: the number of inputs that were tried, and what was found. */
  record Result(long inputs, List<Finding> findings) {}

  /** Tries the corpus and mutated inputs. */
  Result mutate(Budget budget) throws IOException, InterruptedException {
    int known = Corpus.of(target).inputs().size();
    long end = System.nanoTime() + budget.time().toNanos();
    long tried = run(-known, 0, budget.time());
    long from = budget.seed();
    long to = budget.seed() + budget.inputs();
    Duration left = Duration.ofNanos(end - System.nanoTime());
    return new Result(tried + run(from, to, left), List.copyOf(findings.values()));
  }

  /**
   * Has Jazzer try inputs, which it makes so that they reach new code.
   *
   * @param time how long
   */
  Result guide(Duration time) throws IOException, InterruptedException {
    Path grown = Files.createDirectories(folder.resolve("grown"));
    Path log = folder.resolve("jazzer.txt");
    List<String> command = new ArrayList<>(java(target, folder));
    command.addAll(
        List.of(
            "-Dfuzz.target=" + target.name(),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + JazzerEntry.class.getName(),
            "--instrumentation_includes=org.hubbeam.**:com.twelvemonkeys.**:org.yaml.snakeyaml.**",
            "--instrumentation_excludes=org.hubbeam.proto.**:org.hubbeam.fuzz.**",
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
            "--keep_going=" + ENOUGH,
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/found-",
            "-max_total_time=" + Math.max(1, time.toSeconds()),
            "-timeout=" + FuzzWorker.LIMIT.toSeconds(),
            "-rss_limit_mb=" + 2 * target.setting().residentMegabytes(),
            "-max_len=65536",
            "-print_final_stats=1"));
    if (Files.exists(Corpus.dictionary(target))) {
      command.add("-dict=" + Corpus.dictionary(target));
    }
    command.add(grown.toString());
    command.add(Corpus.folder(target).toString());
    status(command, log, time.plus(START));
    String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
    collect(tail(printed));
    Matcher units = UNITS.matcher(printed);
    long tried = 0;
    while (units.find()) {
      tried = Long.parseLong(units.group(1));
    }
    return new Result(tried, List.copyOf(findings.values()));
  }

  private void collect(String printed) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "found-{crash,timeout,oom,leak}-*")) {
      for (Path file : files) {
        String kind = file.getFileName().toString().split("-", -1)[1];
        Finding finding = new Finding(target, kind, Files.readAllBytes(file), printed);
        findings.put(file.toString(), finding);
        finding.write(folder.resolve("findings"));
      }
    }
  }

  private long run(long from, long to, Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long next = from;
    while (next < to && findings.size() < ENOUGH && (next < 0 || System.nanoTime() < end)) {
      next = work(next, to, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return next - from;
  }

  /** Runs one process and notes what it found; gives the number behind its last input. */
  private long work(long from, long to, Duration time) throws IOException, InterruptedException {
    int status = process(from, to, time);
    FuzzWorker.Tried tried = FuzzWorker.State.last(folder);
    for (FuzzWorker.Tried kept : FuzzWorker.State.kept(folder)) {
      add(new Finding(target, "undeclared", kept.input(), kept.reason()));
    }
    if (tried == null && status == 0) {
      return from; // the time was over
    }
    String log = Files.readString(folder.resolve(LOG));
    if (tried == null) {
      throw new IOException("a worker of " + target + " fails:\n" + log);
    }
    if (status != 0 && (status != FuzzWorker.HANGS || hangsAgain(tried))) {
      add(tried, status, log);
    }
    return tried.number() + 1;
  }

  /** A machine that has much else to do is slow, too, but not always at the same input. */
  private boolean hangsAgain(FuzzWorker.Tried tried) throws IOException, InterruptedException {
    long number = tried.number();
    Duration time = FuzzWorker.LIMIT.multipliedBy(3);
    return process(number - WARM_UP, number + 1, time) == FuzzWorker.HANGS
        && Arrays.equals(FuzzWorker.State.last(folder).input(), tried.input());
  }

  private int process(long from, long to, Duration time) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java(target, folder));
    command.add(FuzzWorker.class.getName());
    command.addAll(
        List.of(
            target.name(),
            folder.toString(),
            String.valueOf(from),
            String.valueOf(to),
            String.valueOf(time.toMillis())));
    FuzzWorker.State.clear(folder);
    try (Scratch scratch = Scratch.below(folder)) {
      command.add(scratch.folder().toString());
      return status(command, folder.resolve(LOG), time.plus(START));
    }
  }

  private void add(FuzzWorker.Tried tried, int status, String log) throws IOException {
    String kind =
        switch (status) {
          case FuzzWorker.HANGS -> "hangs";
          case FuzzWorker.TOO_LARGE -> "large";
          case FuzzWorker.UNDECLARED -> "undeclared";
          default -> "dead";
        };
    String died = "the process ended with status " + status + "\n" + tail(log);
    String reason = tried.reason().isEmpty() ? died : tried.reason();
    add(new Finding(target, kind, tried.input(), reason));
  }

  private void add(Finding finding) throws IOException {
    if (findings.putIfAbsent(finding.cause(), finding) == null) {
      finding.write(folder.resolve("findings"));
    }
  }

  private static String tail(String log) {
    List<String> lines = log.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  private static int status(List<String> command, Path log, Duration most)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    Process process = builder.redirectOutput(log.toFile()).start();
    if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("a worker does not end:\n" + Files.readString(log));
    }
    return process.exitValue();
  }

  /** The command that starts a JVM like this one, for a target. */
  static List<String> java(FuzzTarget target, Path folder) {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xmx" + target.setting().heapMegabytes() + "m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
        "-Djava.io.tmpdir=" + folder,
        "-Dhubbeam.root=" + TestFiles.root(),
        "-Dorg.bytedeco.javacpp.nopointergc=true",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "--add-opens=java.base/java.util=ALL-UNNAMED",
        "--add-opens=java.base/java.lang=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"));
  }
}
