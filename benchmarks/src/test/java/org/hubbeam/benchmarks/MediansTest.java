// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MediansTest {

  private static Run run(String name, long size, double rate, double wall) {
    return new Run(name, size, size, rate, wall, wall * 2, (long) (wall * 100), Map.of(), "");
  }

  private static final Medians MEDIANS =
      new Medians(
          List.of(
              run("a", 10, 5, 3),
              run("a", 10, 50, 1),
              run("a", 10, 6, 2),
              run("a", 100, 7, 11),
              run("b", 10, 12, 4),
              run("b", 10, 14, 4),
              run("b", 20, 15, 3),
              Run.noted("c", Contender.Work.rows(10), "left out")));

  @Test
  void isTheMiddleOfTheRounds() {
    assertThat(MEDIANS.rate("a", 10)).hasValue(6);
    assertThat(MEDIANS.rate("b", 10)).hasValue(13);
    assertThat(MEDIANS.wall("a", 10)).hasValue(2);
    assertThat(MEDIANS.cpu("a", 10)).hasValue(4);
    assertThat(MEDIANS.rounds("a", 10)).isEqualTo(3);
  }

  @Test
  void memoryIsThatOfTheRoundWithTheMost() {
    assertThat(MEDIANS.peak("a", 10)).hasValue(300);
  }

  @Test
  void whatDidNotRunHasNone() {
    assertThat(MEDIANS.rate("c", 10)).isEmpty();
    assertThat(MEDIANS.peak("c", 10)).isEmpty();
    assertThat(Medians.ratio(MEDIANS.rate("a", 10), MEDIANS.rate("c", 10))).isEmpty();
    assertThat(MEDIANS.rounds("c", 10)).isZero();
    assertThat(MEDIANS.sizes("c")).isEmpty();
  }

  @Test
  void marginalRateLeavesOutTheStart() {
    assertThat(MEDIANS.marginalRate("a", 10, 100)).hasValue(90 / 9.0);
    assertThat(MEDIANS.marginalRate("b", 10, 100)).isEmpty();
    assertThat(MEDIANS.marginalRate("b", 10, 20)).as("more rows in less time").isEmpty();
    assertThat(MEDIANS.marginalCpu("a", 10, 100).getAsDouble()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void bestIsTheGreatestMedian() {
    assertThat(MEDIANS.bestRate(10, List.of("a", "b", "c"))).hasValue(13);
    assertThat(MEDIANS.bestRate(100, List.of("b", "c"))).isEmpty();
  }

  @Test
  void sizesAscend() {
    assertThat(MEDIANS.sizes("a")).containsExactly(10L, 100L);
  }
}
