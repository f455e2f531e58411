// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Axis;
import org.hubbeam.reducer.Sum;
import org.junit.jupiter.api.Test;

class AnalyzersTest {

  /** The results of analyzers over the rows. */
  private static List<Array.Dense> results(
      Map<String, Array> rows, Function<Columns, List<Statistic>> analyzers) {
    List<String> asked = new ArrayList<>();
    try (LocalRun run =
        Local.over(rows)
            .run(
                in -> {
                  analyzers.apply(in).forEach(s -> asked.add(Tracing.node(s.operand())));
                  return Map.of("x", in.get("x"));
                })) {
      return asked.stream().map(run.results()::array).toList();
    }
  }

  private static List<Array.Dense> results(Array x, Function<Column, List<Statistic>> analyzers) {
    return results(Map.of("x", x), in -> analyzers.apply(in.get("x")));
  }

  @Test
  void keysAreCountedInTheOrderOfTheirBytes() {
    assertThat(results(Local.strings("b", "b", "b", "a", "Z", "", "ä"), Analyzers::countPerKey))
        .containsExactly(Local.strings("", "Z", "a", "b", "ä"), Local.longs(1, 1, 1, 3, 1));
    assertThat(results(Local.longs(2, 10, 2, -3), Analyzers::countPerKey))
        .containsExactly(Local.longs(-3, 10, 2), Local.longs(1, 1, 2));
  }

  @Test
  void countsOfKeysGoIntoAFile() throws Exception {
    try (LocalRun run =
        Local.over("x", Local.strings("b", "a", "b", "c", "b", "a"))
            .run(
                in -> {
                  Analyzers.countPerKey(in.get("x"), "key_counts");
                  return Map.of("y", in.get("x"));
                })) {
      assertThat(Files.readAllLines(run.transformFn().resolve("assets/key_counts")))
          .containsExactly("1 c", "2 a", "3 b");
    }
  }

  @Test
  void aHistogramCountsWhatLiesOutsideInItsEnds() {
    assertThat(
            results(Local.floats(0, 0.05f, 0.1f, 0.55f, 0.95f, 1, 1.7f, -3), Analyzers::histogram)
                .get(0))
        .isEqualTo(Local.longs(3, 1, 0, 0, 0, 1, 0, 0, 0, 3));
    assertThat(
            results(
                    Local.floats(0, 1, 2, 3, 4, 8),
                    x -> List.of(Analyzers.histogram(x, Bins.evenly(5)).get(0)))
                .get(0))
        .isEqualTo(Local.longs(2, 2, 1, 1));
    assertThat(
            results(Local.strings("b", "a", "b"), x -> Analyzers.histogram(x, Bins.categorical())))
        .containsExactly(Local.longs(1, 2), Local.strings("a", "b"));
  }

  @Test
  void quantilesAreOfAllValuesOrOfEachCell() {
    assertThat(
            results(
                Local.longs(3, 1, 2, 10, 7, 7),
                x -> List.of(Analyzers.quantiles(x, Bucketing.into(3)))))
        .containsExactly(new Array.Dense(List.of(1L, 2L), Values.of(3f, 7f)));
  }

  @Test
  void covariancesAndDirectionsAreOfVectors() {
    Array x = Local.rows(2, 0, 0, 4, 0, 2, -1, 2, 1);
    assertThat(
            results(
                x,
                c ->
                    List.of(
                        Analyzers.covariance(c, DType.FLOAT32),
                        Analyzers.pca(c, 1, DType.FLOAT32))))
        .containsExactly(
            new Array.Dense(List.of(2L, 2L), Values.of(2f, 0f, 0f, 0.5f)),
            new Array.Dense(List.of(2L, 1L), Values.of(1f, 0f)));
    assertThatThrownBy(
            () -> results(Local.floats(1), c -> List.of(Analyzers.covariance(c, DType.FLOAT32))))
        .hasMessageContaining("rank 2");
  }

  @Test
  void aUniformColumnHasNoTails() {
    assertThat(results(Local.floats(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), Analyzers::tukeyHParams))
        .containsExactly(Array.Dense.scalar(Values.of(0f)), Array.Dense.scalar(Values.of(0f)));
  }

  @Test
  void missingValuesAndNanAreCounted() {
    Array lists = Array.Ragged.of(Values.of(1f, Float.NaN, 3f), new int[] {0, 0, 2, 2, 3});
    assertThat(results(lists, x -> List.of(Analyzers.nullCount(x), Analyzers.nanCount(x))))
        .containsExactly(Array.Dense.scalar(Values.of(2L)), Array.Dense.scalar(Values.of(1L)));
  }

  @Test
  void anyStatisticCanBeComputedPerKey() {
    assertThat(
            results(
                Map.of("x", Local.longs(1, 2, 3), "key", Local.strings("b", "a", "b")),
                in ->
                    Analyzers.perKey(
                        "sum", new Sum(DType.INT64, Axis.WHOLE), in.get("x"), in.get("key"))))
        .containsExactly(Local.strings("a", "b"), Local.longs(2, 4));
  }
}
