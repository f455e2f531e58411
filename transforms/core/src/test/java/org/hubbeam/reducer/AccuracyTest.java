// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.assertj.core.data.Offset;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

/** Results over many values against what arithmetic over all of them gives. */
class AccuracyTest {

  private static final int MANY = 1_000_000;
  private static final int STEP = 1000;

  private static float[] values(DoubleSupplier number) {
    float[] values = new float[MANY];
    for (int i = 0; i < MANY; i++) {
      values[i] = (float) number.getAsDouble();
    }
    return values;
  }

  private static <S> Values.Numbers result(
      Reducer<S> reducer, float[] values, float[] weights, int parts) {
    List<S> summaries = java.util.stream.Stream.generate(reducer::empty).limit(parts).toList();
    for (int from = 0; from < values.length; from += STEP) {
      Array.Dense x = Array.Dense.vector(Values.of(Arrays.copyOfRange(values, from, from + STEP)));
      S summary = summaries.get(from / STEP % parts);
      if (weights == null) {
        reducer.add(summary, List.of(x));
      } else {
        float[] own = Arrays.copyOfRange(weights, from, from + STEP);
        reducer.add(summary, List.of(x, Array.Dense.vector(Values.of(own))));
      }
    }
    S all = reducer.empty();
    for (int i = 0; i < parts; i++) {
      reducer.merge(all, summaries.get(i));
    }
    return (Values.Numbers) reducer.finish(all).get(0).values();
  }

  private static void assertRanks(float[] values, float[] weights, double epsilon, int parts) {
    int buckets = 100;
    Weighting weighting = weights == null ? Weighting.NONE : Weighting.WEIGHTED;
    Values.Numbers found =
        result(
            new Quantiles(DType.FLOAT32, Axis.WHOLE, buckets, epsilon, weighting),
            values,
            weights,
            parts);
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      total += weights == null ? 1 : weights[i];
    }
    for (int bucket = 1; bucket < buckets; bucket++) {
      float boundary = found.getFloat(bucket - 1);
      double below = 0;
      double upTo = 0;
      for (int i = 0; i < values.length; i++) {
        double weight = weights == null ? 1 : weights[i];
        below += values[i] < boundary ? weight : 0;
        upTo += values[i] <= boundary ? weight : 0;
      }
      double rank = (double) bucket / buckets;
      assertThat(below / total).as("below %d of 100", bucket).isLessThanOrEqualTo(rank + epsilon);
      assertThat(upTo / total).as("up to %d of 100", bucket).isGreaterThanOrEqualTo(rank - epsilon);
    }
  }

  @Test
  void quantilesOfSkewedValuesAreWithinEpsilon() {
    Random random = new Random(1);
    assertRanks(values(() -> Math.exp(5 * random.nextGaussian())), null, 0.01, 7);
  }

  @Test
  void quantilesOfRisingValuesAreWithinEpsilon() {
    double[] next = {0};
    assertRanks(values(() -> next[0]++), null, 0.005, 1);
  }

  @Test
  void quantilesOfManyMergedPartsAreWithinEpsilon() {
    Random random = new Random(2);
    assertRanks(values(() -> 1 / random.nextDouble()), null, 0.01, 500);
  }

  @Test
  void quantilesOfSkewedWeightsAreWithinEpsilon() {
    Random random = new Random(3);
    float[] weights = values(() -> Math.exp(3 * random.nextGaussian()));
    assertRanks(values(random::nextGaussian), weights, 0.01, 5);
  }

  @Test
  void fewDifferentValuesAreExact() {
    Random random = new Random(4);
    float[] values = values(() -> random.nextInt(30));
    Values.Numbers found =
        result(new Quantiles(DType.FLOAT32, Axis.WHOLE, 10, 0.1), values, null, 3);
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < 10; i++) {
      assertThat(found.getFloat(i - 1)).isEqualTo(sorted[i * MANY / 10]);
    }
  }

  @Test
  void varianceFarFromZeroKeepsItsDigits() {
    Random random = new Random(5);
    double[] x = random.doubles(MANY, 1e9, 1e9 + 1).toArray();
    Moments moments = new Moments(DType.FLOAT64, Axis.perCell(Shape.of()));
    CellSummary all = moments.empty();
    for (int from = 0; from < MANY; from += STEP) {
      CellSummary part = moments.empty();
      double[] own = Arrays.copyOfRange(x, from, from + STEP);
      moments.add(part, List.of(Array.Dense.vector(NumberArrays.pack(DType.FLOAT64, own))));
      moments.merge(all, part);
    }
    double mean = Arrays.stream(x).map(v -> v - 1e9).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> v - 1e9 - mean).map(d -> d * d).sum() / MANY;
    Values.Numbers found = (Values.Numbers) moments.finish(all).get(1).values();
    assertThat(found.getDouble(0)).isCloseTo(variance, Offset.offset(1e-6 * variance));
  }

  @Test
  void tailsOfAKnownDistributionAreFound() {
    Random random = new Random(6);
    float[] values =
        values(
            () -> {
              double u = random.nextGaussian();
              return 3 + 2 * u * Math.exp((u < 0 ? 0.05 : 0.2) * u * u / 2);
            });
    TukeyParameters tukey = new TukeyParameters(DType.FLOAT32, Axis.WHOLE);
    CellSummary summary = tukey.empty();
    tukey.add(summary, List.of(Array.Dense.vector(Values.of(values))));
    double[] expected = {3, 2, 0.05, 0.2};
    for (int i = 0; i < 4; i++) {
      Values.Numbers found = (Values.Numbers) tukey.finish(summary).get(i).values();
      assertThat((double) found.getFloat(0)).isCloseTo(expected[i], Offset.offset(0.02));
    }
  }

  @Test
  void lMomentsAreThoseOfTheirDefinition() {
    double[] x = new Random(7).doubles(9, -3, 10).toArray();
    Arrays.sort(x);
    double second = 0;
    double third = 0;
    double fourth = 0;
    int pairs = 0;
    int triples = 0;
    int fours = 0;
    for (int a = 0; a < x.length; a++) {
      for (int b = a + 1; b < x.length; b++) {
        second += (x[b] - x[a]) / 2;
        pairs++;
        for (int c = b + 1; c < x.length; c++) {
          third += (x[c] - 2 * x[b] + x[a]) / 3;
          triples++;
          for (int d = c + 1; d < x.length; d++) {
            fourth += (x[d] - 3 * x[c] + 3 * x[b] - x[a]) / 4;
            fours++;
          }
        }
      }
    }
    LMoments moments = LMoments.compute(RankedValues.exact(x, null, x.length));
    assertThat(moments.first())
        .isCloseTo(Arrays.stream(x).average().orElseThrow(), Offset.offset(1e-12));
    assertThat(moments.second()).isCloseTo(second / pairs, Offset.offset(1e-12));
    assertThat(moments.third()).isCloseTo(third / triples, Offset.offset(1e-12));
    assertThat(moments.fourth()).isCloseTo(fourth / fours, Offset.offset(1e-12));
  }
}
