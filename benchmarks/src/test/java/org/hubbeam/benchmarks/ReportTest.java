// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  /** Compares one program to another; runs nothing. */
  private record Race(String name) implements Suite {

    @Override
    public String title() {
      return "A race";
    }

    @Override
    public String about() {
      return "Two programs.";
    }

    @Override
    public List<Contender> contenders() {
      return List.of();
    }

    @Override
    public List<Target> targets() {
      return List.of(
          Target.atLeast(
              1.5, "`hare`", "against the tortoise", m -> ratio(m, "`hare`", "tortoise")),
          Target.atMost(0.5, "tortoise", "against the hare", m -> ratio(m, "tortoise", "`hare`")),
          Target.atLeast(9, "`hare`", "against the snail", m -> ratio(m, "`hare`", "snail")));
    }

    private static OptionalDouble ratio(Medians medians, String one, String other) {
      return Medians.ratio(medians.rate(one, 1000), medians.rate(other, 1000));
    }

    @Override
    public List<Chart> charts(Medians medians) {
      return List.of(
          Chart.bars(
              "race",
              "Race",
              "rows/s",
              List.of(Chart.bar("`hare`", medians.rate("`hare`", 1000)))));
    }
  }

  private Report report() throws IOException {
    Results results = new Results(folder.resolve("results"));
    results.begin("race", Map.of("cores", "2"));
    results.add("race", new Run("`hare`", 1000, 1000, 1234.0, 2.5, 3.0, 5L << 20, Map.of(), ""));
    results.add(
        "race",
        new Run("tortoise", 1000, 1000, 600.0, 4.0, 4.0, null, Map.of("recall", 0.9975), ""));
    results.add("race", Run.noted("snail", Contender.Work.rows(1000), "left out: asleep"));
    return new Report(
        List.of(new Race("race"), new Race("never")), results, folder.resolve("page.md"));
  }

  @Test
  void showsMediansTargetsAndWhatWasLeftOut() throws IOException {
    report().write();
    assertThat(Files.readString(folder.resolve("page.md")))
        .contains("| cores | 2 |")
        .contains("| `hare` | against the tortoise | at least 1.5 | 2.06 | yes |")
        .contains("| tortoise | against the hare | at most 0.5 | 0.486 | yes |")
        .contains("| `hare` | against the snail | at least 9 | not measured |  |")
        .contains("| `hare` | 1,000 | 1,234 | 2.5 | 3,000 | 5 | 1 |")
        .contains("| tortoise | 1,000 | 600 | 4 | 4,000 | – | 1 |")
        .contains("* tortoise, 1,000: recall 0.9975")
        .contains("* snail, 1,000: left out: asleep")
        .contains("![Race](pictures/race.png)")
        .containsOnlyOnce("## A race");
    assertThat(folder.resolve("pictures/race.png")).isNotEmptyFile();
  }

  @Test
  void keepsWhatPeopleWrote() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(
        page, "# Mine\n\n" + Report.BEGIN + "\nold\n" + Report.END + "\n\n## A billion texts\n");
    report().write();
    String once = Files.readString(page);
    report().write();
    assertThat(once)
        .startsWith("# Mine\n\n" + Report.BEGIN)
        .endsWith(Report.END + "\n\n## A billion texts\n")
        .doesNotContain("old")
        .contains("## A race");
    assertThat(page).hasContent(once);
  }

  @Test
  void refusesAPageWithoutMarks() {
    assertThatThrownBy(() -> Report.replace("# Mine", "new"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Report.BEGIN);
  }
}
