// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines are as the programs print them. */
class RatesTest {

  @Test
  void isWhatThePeersSay() {
    assertThat(Rates.of("jloop text_light load 0.12s rows/s 122345\n")).hasValue(122_345);
    assertThat(Rates.of("py_loop image load 2.50s rows/s 82")).hasValue(82);
    assertThat(Rates.of("decode rows/s 85.6")).hasValue(85.6);
  }

  @Test
  void isWhatTheLauncherSays() {
    String said =
        "290 rows, 0 failures, 128 floats each, 4.1 s (3.0 s to start, 1,234,567 rows/s) ->"
            + " out/vectors-*, 5 files";
    assertThat(Rates.of(said)).hasValue(1_234_567);
  }

  @Test
  void isTheLastOfSeveral() {
    assertThat(Rates.of("100 rows after 2.0 s, 50 rows/s\nall: 400 rows, 200 rows/s"))
        .hasValue(200);
  }

  @Test
  void isNoneWhereNoneIsSaid() {
    assertThat(Rates.of("3 rows in 2 s")).isEmpty();
  }

  @Test
  void findsOtherNumbers() {
    assertThat(Rates.measures("measured ef 10\nmeasured recall@10 0.99\nmeasured ef 43\n"))
        .containsExactly(Map.entry("ef", 43.0), Map.entry("recall@10", 0.99));
    assertThat(Rates.measures("rows/s 7\nhas measured ef 10\n")).isEmpty();
  }

  @Test
  void aSuiteIsInItsGroup() {
    assertThat(Main.isIn("search-build", "search")).isTrue();
    assertThat(Main.isIn("search-build", "search-build")).isTrue();
    assertThat(Main.isIn("transform100", "transform")).isFalse();
  }
}
