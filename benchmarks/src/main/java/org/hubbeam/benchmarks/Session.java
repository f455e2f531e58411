// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs suites: contenders interleaved, one at a time, for several rounds. */
final class Session {

  private static final long LOOK_MILLIS = 500;
  private static final long ARCHIVE_BEGINS_MILLIS = 3000;
  private static final long ARCHIVE_SECONDS = 180;

  private final Workplace place;
  private final Results results;
  private final Measurement measurement;
  private final PrintWriter out;

  Session(Workplace place, Results results, PrintWriter out) throws IOException {
    this.place = place;
    this.results = results;
    this.measurement = new Measurement(place.work().resolve("logs"));
    this.out = out;
  }

  /** Runs these suites, one after the other. */
  void run(List<Suite> suites, int rounds) throws IOException {
    if (suites.stream().anyMatch(Suite::usesLauncher)) {
      warmUp();
    }
    Map<String, String> always = Machine.describe(place);
    for (Suite suite : suites) {
      Map<String, String> machine = new LinkedHashMap<>(always);
      machine.put("load before a suite", Machine.load());
      long start = System.nanoTime();
      out.println(suite.name() + ": " + suite.title());
      try {
        run(suite, rounds, machine);
      } catch (Missing e) {
        out.println("  " + e.getMessage());
        results.begin(suite.name(), machine);
        results.add(
            suite.name(), Run.noted("all", Contender.Work.rows(0), "left out: " + e.getMessage()));
      }
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      out.println("  " + seconds + " s in all");
    }
  }

  private void run(Suite suite, int rounds, Map<String, String> machine) throws IOException {
    List<Contender> contenders = suite.contenders();
    results.begin(suite.name(), machine);
    place.clear();
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders) {
        if (round <= contender.mostRounds()) {
          add(suite, round + "/" + rounds, measurement.run(contender));
          if (suite.keeping() == Suite.Keeping.NOTHING) {
            place.clear();
          }
        }
      }
    }
    for (Run check : suite.checks()) {
      add(suite, "check", check);
    }
    place.clear();
  }

  private void add(Suite suite, String round, Run run) throws IOException {
    results.add(suite.name(), run);
    out.println("  " + round + "  " + ResultTable.line(run) + "  (load " + Machine.load() + ")");
  }

  /**
   * Lets the launcher build what is missing and make its archive of classes, which it does in the
   * background after its first run: neither is to be measured.
   */
  private void warmUp() throws IOException {
    Path spec = Files.createDirectories(place.work()).resolve("warm-up.yaml");
    Path table = place.work().resolve("warm-up.csv");
    Files.writeString(spec, "columns:\n  a: {type: float32}\noutputs:\n  a: scale_to_z_score(a)\n");
    Files.writeString(table, "a\n1\n2\n");
    Shell.Said said =
        Shell.run(
            place.hubbeam(
                "transform",
                "--overwrite",
                "--spec=" + spec,
                "--input=" + table,
                "--output=" + place.output("warm-up")));
    if (said.code() != 0) {
      throw new Missing("the launcher does not work: " + said.text().strip());
    }
    try {
      Thread.sleep(ARCHIVE_BEGINS_MILLIS);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARCHIVE_SECONDS);
      while (archiving() && System.nanoTime() < end) {
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean archiving() throws IOException {
    Path cache = cache();
    if (!Files.isDirectory(cache)) {
      return false;
    }
    try (Stream<Path> files = Files.list(cache)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("classes-.*\\.lock"));
    }
  }

  private static Path cache() {
    String own = System.getenv("HUBBEAM_CACHE");
    if (own != null) {
      return Path.of(own);
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    return caches == null
        ? Path.of(System.getProperty("user.home"), ".cache", "hubbeam")
        : Path.of(caches, "hubbeam");
  }
}
