// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every parser of foreign bytes takes its corpus and many damaged inputs: it ends with a result or
 * with an exception that it declares, within ten seconds and its memory, and the process lives.
 *
 * <p>With the property {@code fuzz.minutes} all targets together take about that time, the half of
 * it with Jazzer; without it each tries the same few thousand inputs every time. Inputs that fail
 * are written to {@code target/fuzz/TARGET/findings}.
 */
@Execution(ExecutionMode.CONCURRENT)
class ParsersTest {

  private static final Path FOLDER = TestFiles.root().resolve("fuzz/target/fuzz");

  /** How many targets are tried at a time; see {@code junit-platform.properties}. */
  private static final int AT_A_TIME = 2;

  private static final Duration OF_A_BUILD = Duration.ofSeconds(20);

  @TestFactory
  Stream<DynamicTest> parsersTakeDamagedInputs() throws IOException {
    Files.createDirectories(FOLDER);
    Files.deleteIfExists(FOLDER.resolve("inputs.tsv"));
    return FuzzTargets.ALL.stream()
        .map(target -> DynamicTest.dynamicTest(target.name(), () -> check(target)));
  }

  private static void check(FuzzTarget target) throws IOException, InterruptedException {
    Campaign campaign = new Campaign(target, fresh(target));
    String minutes = System.getProperty("fuzz.minutes", "");
    List<Campaign.Result> results = new ArrayList<>();
    if (minutes.isEmpty()) {
      results.add(campaign.mutate(new Campaign.Budget(0, target.setting().inputs(), OF_A_BUILD)));
    } else {
      long millis = Duration.ofMinutes(Long.parseLong(minutes)).toMillis();
      Duration each = Duration.ofMillis(millis * AT_A_TIME / FuzzTargets.ALL.size() / 2);
      long seed = System.currentTimeMillis() << 20;
      results.add(campaign.mutate(new Campaign.Budget(seed, Integer.MAX_VALUE, each)));
      results.add(campaign.guide(each));
    }
    List<Finding> findings = results.get(results.size() - 1).findings();
    note(target, results.stream().mapToLong(Campaign.Result::inputs).sum(), findings.size());
    assertThat(findings.stream().map(Finding::cause).collect(Collectors.joining("\n")))
        .as("inputs and reasons are in " + FOLDER.resolve(target.name()).resolve("findings"))
        .isEmpty();
  }

  private static Path fresh(FuzzTarget target) throws IOException {
    Path folder = FOLDER.resolve(target.name());
    if (Files.exists(folder)) {
      Scratch.delete(folder);
    }
    return folder;
  }

  private static synchronized void note(FuzzTarget target, long inputs, int findings)
      throws IOException {
    Files.writeString(
        FOLDER.resolve("inputs.tsv"),
        String.format(Locale.ROOT, "%s\t%d\t%d\n", target.name(), inputs, findings),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
