// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

/** Missing, odd and wrong data, and wrong settings. */
class ReducerRulesTest {

  private static final Axis LIST = Axis.perCell(Shape.of(-1));

  private static <S> List<Array.Dense> results(Reducer<S> reducer, Array... columns) {
    S summary = reducer.empty();
    reducer.add(summary, List.of(columns));
    return reducer.finish(summary);
  }

  private static Array.Dense vector(float... values) {
    return Array.Dense.vector(Values.of(values));
  }

  private static void refused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void integersAreWidenedBeforeTheyAreAdded() {
    Values.Numbers bytes = new Values.Numbers(DType.UINT8, new byte[] {(byte) 200, (byte) 255});
    assertThat(results(new Sum(DType.UINT8, Axis.WHOLE), Array.Dense.vector(bytes)).get(0))
        .isEqualTo(Array.Dense.scalar(NumberArrays.pack(DType.UINT64, new long[] {455})));
  }

  @Test
  void nothingHasNeutralExtremes() {
    Extremes shorts = new Extremes(DType.INT16, Axis.WHOLE);
    assertThat(shorts.finish(shorts.empty()))
        .containsExactly(
            Array.Dense.scalar(NumberArrays.pack(DType.INT16, new long[] {32767})),
            Array.Dense.scalar(NumberArrays.pack(DType.INT16, new long[] {-32767})));
    Extremes bytes = new Extremes(DType.UINT8, Axis.WHOLE);
    assertThat(bytes.finish(bytes.empty()).get(1))
        .isEqualTo(Array.Dense.scalar(NumberArrays.pack(DType.UINT8, new long[] {0})));
  }

  @Test
  void oneNanDecidesOrIsLeftOut() {
    Array.Dense x = vector(2, Float.NaN, 1);
    assertThat(results(new Extremes(DType.FLOAT32, Axis.WHOLE), x).get(0).values())
        .isEqualTo(Values.of(Float.NaN));
    assertThat(results(new Extremes(DType.FLOAT32, Axis.WHOLE, Nan.IGNORE), x))
        .containsExactly(Array.Dense.scalar(Values.of(1f)), Array.Dense.scalar(Values.of(2f)));
  }

  @Test
  void aCellThatNoRowHasIsNan() {
    Array.Sparse x = new Array.Sparse(List.of(2L, 3L), new long[] {0, 0, 1, 2}, Values.of(1f, 5f));
    Axis cells = Axis.perCell(Shape.of(3));
    assertThat(results(new Extremes(DType.FLOAT32, cells), x).get(0).values())
        .isEqualTo(Values.of(1f, Float.NaN, 5f));
    assertThat(results(new Moments(DType.FLOAT32, cells), x).get(0).values())
        .isEqualTo(Values.of(1f, Float.NaN, 5f));
    assertThat(results(new Sum(DType.FLOAT32, cells), x).get(0).values())
        .isEqualTo(Values.of(1f, 0f, 5f));
    assertThat(results(new Size(DType.FLOAT32, cells), x).get(0).values())
        .isEqualTo(Values.of(1L, 0L, 1L));
  }

  @Test
  void cellsGrowInEveryDimension() {
    Sum sum = new Sum(DType.INT64, Axis.perCell(Shape.of(-1, -1)));
    CellSummary summary = sum.empty();
    sum.add(
        summary,
        List.of(new Array.Sparse(List.of(1L, 1L, 3L), new long[] {0, 0, 2}, Values.of(5L))));
    sum.add(
        summary,
        List.of(new Array.Sparse(List.of(1L, 2L, 1L), new long[] {0, 1, 0}, Values.of(7L))));
    assertThat(sum.finish(summary).get(0))
        .isEqualTo(new Array.Dense(List.of(2L, 3L), Values.of(0L, 0L, 5L, 7L, 0L, 0L)));
  }

  @Test
  void oneWeightOrKeyARowCountsForAllItsValues() {
    Array.Ragged x = Array.Ragged.of(Values.of(1f, 2f, 3f, 4f), new int[] {0, 3, 3, 4});
    Quantiles weighted = new Quantiles(DType.FLOAT32, Axis.WHOLE, 2, 0.01, Weighting.WEIGHTED);
    assertThat(results(weighted, x, vector(1, 1, 10)).get(0).values()).isEqualTo(Values.of(4f));
    PerKey sums = new PerKey(new Sum(DType.FLOAT32, Axis.WHOLE));
    assertThat(results(sums, x, Array.Dense.vector(Values.of(10L, 9L, 2L))))
        .containsExactly(
            Array.Dense.vector(Values.of("10", "2")), Array.Dense.vector(Values.of(6f, 4f)));
  }

  @Test
  void whatIsMissingIsCounted() {
    Array.Ragged x = Array.Ragged.of(Values.of(1f, Float.NaN, 3f), new int[] {0, 2, 2, 3, 3});
    assertThat(results(new ValueCounts(DType.FLOAT32), x))
        .extracting(result -> result.values().get(0))
        .containsExactly(4L, 3L, 2L, 1L);
  }

  @Test
  void columnsThatDoNotGoTogetherAreRefused() {
    refused(() -> results(new Sum(DType.INT64, Axis.WHOLE), vector(1)), "float32");
    refused(() -> results(new Sum(DType.FLOAT32, Axis.perCell(Shape.of(2))), vector(1)), "[2]");
    Array deep =
        new Array.Ragged(Values.of(1f), List.of(new int[] {0, 1}, new int[] {0, 1}), List.of());
    refused(() -> results(new Sum(DType.FLOAT32, LIST), deep), "variable-length");
    PerKey perKey = new PerKey(new Sum(DType.FLOAT32, Axis.WHOLE));
    refused(
        () -> results(perKey, vector(1, 2), Array.Dense.vector(Values.of("a", "b", "c"))), "key");
    refused(() -> results(perKey, vector(1, 2), vector(1, 2)), "keys must be strings");
    refused(
        () ->
            results(
                new Quantiles(DType.FLOAT32, Axis.WHOLE, 2, 0.1, Weighting.WEIGHTED),
                vector(1),
                Array.Dense.vector(Values.of("a"))),
        "weights must be numbers");
    refused(() -> results(new Covariance(DType.FLOAT32, 2, DType.FLOAT32), vector(1)), "2 cells");
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    refused(() -> new Extremes(DType.UINT32, Axis.WHOLE), "uint32");
    refused(() -> new Sum(DType.STRING, Axis.WHOLE), "string");
    refused(() -> new Moments(DType.BOOL, Axis.WHOLE), "bool");
    refused(() -> new Moments(DType.FLOAT32, Axis.WHOLE, DType.INT64), "int64");
    refused(() -> new Quantiles(DType.FLOAT32, Axis.WHOLE, 1, 0.1), "2 buckets");
    refused(() -> new Quantiles(DType.FLOAT32, Axis.WHOLE, 2, 0), "epsilon");
    refused(() -> new Histogram(DType.FLOAT32, List.of(1f, 0f)), "rise");
    refused(() -> new Pca(DType.FLOAT32, 2, 3, DType.FLOAT32), "1 to 2");
    refused(() -> new PrincipalComponents(DType.FLOAT32, 2, 0, DType.FLOAT32), "1 to 2");
    refused(() -> new CountPerKey(DType.FLOAT32), "float32");
    refused(() -> new PerKey(new Sum(DType.INT64, LIST)), "fixed shape");
    refused(() -> Axis.perCell(Shape.UNKNOWN), "dimensions");
    refused(() -> Selection.ALL.withTopK(0), "top_k");
    refused(() -> new Coverage(KeyFunction.length(), Selection.ALL), "coverage_top_k");
    refused(
        () ->
            new FrequentTokens(
                new VocabularyInput(DType.STRING, Weighting.NONE, Labelling.NONE, TokenFilter.ALL),
                200_001),
        "200000");
  }
}
