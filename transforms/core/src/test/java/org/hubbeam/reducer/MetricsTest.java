// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Metrics of labels and of numbers: what they promise, and their odd cases. */
class MetricsTest {

  private static Array.Dense floats(int rows, int cells, Random random) {
    float[] values = new float[rows * cells];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5) == 0 ? random.nextInt(3) / 2f : random.nextFloat();
    }
    return new Array.Dense(List.of((long) rows, (long) cells), Values.of(values));
  }

  private static Array.Dense longs(int rows, int bound, Random random) {
    return Array.Dense.vector(Values.of(random.longs(rows, 0, bound).toArray()));
  }

  private static Array.Dense weights(int rows, Random random) {
    double[] values = random.doubles(rows, 0, 3).toArray();
    return Array.Dense.vector(NumberArrays.pack(DType.FLOAT64, values));
  }

  private static Array.Dense names(int rows, Random random) {
    String[] names = new String[rows];
    Arrays.setAll(names, i -> "row " + random.nextInt(1000));
    return Array.Dense.vector(Values.of(names));
  }

  @Nested
  class Classes extends ReducerContract<ClassificationSummary> {
    @Override
    Reducer<ClassificationSummary> reducer() {
      return ClassificationMetrics.ofClasses(List.of("a", "b", "c", "d"))
          .withWeighting(Weighting.WEIGHTED)
          .withMistakes(5);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          floats(rows, 4, random),
          longs(rows, 4, random),
          weights(rows, random),
          names(rows, random),
          names(rows, random));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  @Nested
  class Labels extends ReducerContract<ClassificationSummary> {
    @Override
    Reducer<ClassificationSummary> reducer() {
      return ClassificationMetrics.ofLabels(List.of("a", "b", "c")).withThreshold(0.4);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      int[] splits = new int[rows + 1];
      List<Long> labels = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        IntStream.range(0, 3).filter(l -> random.nextBoolean()).forEach(l -> labels.add((long) l));
        splits[row + 1] = labels.size();
      }
      long[] values = labels.stream().mapToLong(Long::longValue).toArray();
      return List.of(floats(rows, 3, random), Array.Ragged.of(Values.of(values), splits));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  @Nested
  class Two extends ReducerContract<ClassificationSummary> {
    @Override
    Reducer<ClassificationSummary> reducer() {
      return ClassificationMetrics.ofBinary("no", "yes").withMistakes(3);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          floats(rows, 1, random),
          longs(rows, 2, random),
          names(rows, random),
          names(rows, random));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  @Nested
  class Numbers extends ReducerContract<RegressionSummary> {
    @Override
    Reducer<RegressionSummary> reducer() {
      return RegressionMetrics.create().withWeighting(Weighting.WEIGHTED).withMistakes(4);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          floats(rows, 1, random),
          floats(rows, 1, random),
          weights(rows, random),
          names(rows, random),
          names(rows, random));
    }

    @Override
    double tolerance() {
      return 0;
    }
  }

  @Test
  void sumsAreNotRounded() {
    Random random = new Random(1);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      values.add(Math.scalb(random.nextDouble() - 0.5, random.nextInt(600) - 300));
    }
    values.addAll(List.of(Double.MIN_VALUE, -Double.MIN_VALUE, 1e308, -1e308, 0.1, -0.0));
    BigDecimal expected =
        values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(values, random);
      ExactSum sum = new ExactSum();
      ExactSum other = new ExactSum();
      for (int i = 0; i < values.size(); i++) {
        (i % 3 == 0 ? other : sum).add(values.get(i));
      }
      sum.merge(other);
      assertThat(sum.exact()).isEqualByComparingTo(expected);
      assertThat(sum.value()).isEqualTo(expected.doubleValue());
    }
    ExactSum small = new ExactSum();
    small.add(1e-310);
    assertThat(small.value()).isEqualTo(1e-310);
    ExactSum thirds = new ExactSum();
    thirds.add(1 / 3.0, 3);
    assertThat(thirds.exact())
        .isEqualByComparingTo(new BigDecimal(1 / 3.0).multiply(BigDecimal.valueOf(3)));
    assertThatThrownBy(() -> small.add(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void manyScoresGiveTheSameAreasInAnyOrderAndSayHowFarTheyAreOff() {
    Random random = new Random(2);
    int rows = 50_000;
    float[] scores = new float[rows];
    boolean[] truth = new boolean[rows];
    ScoreCounts exact = new ScoreCounts(1 << 20);
    for (int i = 0; i < rows; i++) {
      truth[i] = random.nextInt(10) == 0;
      double logit = 3 * random.nextGaussian() + (truth[i] ? 4 : -4);
      scores[i] = (float) (1 / (1 + Math.exp(-logit)));
      add(exact, scores[i], truth[i]);
    }
    ScoreCurve best = exact.curve(10);
    assertThat(best.rocError()).isZero();
    ScoreCurve first = null;
    for (int parts : new int[] {1, 7, 40}) {
      ScoreCounts merged = new ScoreCounts(256);
      for (int part = parts - 1; part >= 0; part--) {
        ScoreCounts one = new ScoreCounts(256);
        for (int i = part; i < rows; i += parts) {
          add(one, scores[i], truth[i]);
        }
        merged.merge(one);
      }
      ScoreCurve curve = merged.curve(10);
      first = first == null ? curve : first;
      assertThat(curve).isEqualTo(first);
      assertThat(curve.rocError()).isBetween(1e-9, 3e-3);
      assertThat(curve.rocArea()).isCloseTo(best.rocArea(), within(curve.rocError()));
      assertThat(curve.prArea()).isCloseTo(best.prArea(), within(0.01));
    }
  }

  private static void add(ScoreCounts counts, float score, boolean truth) {
    if (truth) {
      counts.addPositive(score, 1);
    } else {
      counts.addNegative(score, 1);
    }
  }

  @Test
  void weightsCountAsRows() {
    ClassificationMetrics plain = ClassificationMetrics.ofBinary("no", "yes");
    ClassificationSummary twice = plain.empty();
    ClassificationMetrics weighted = plain.withWeighting(Weighting.WEIGHTED);
    ClassificationSummary heavy = weighted.empty();
    Array.Dense scores = Array.Dense.vector(Values.of(0.9f, 0.2f, 0.6f));
    Array.Dense truth = Array.Dense.vector(Values.of(1L, 0L, 0L));
    plain.add(twice, List.of(scores, truth));
    plain.add(twice, List.of(scores, truth));
    weighted.add(heavy, List.of(scores, truth, Array.Dense.vector(Values.of(2f, 2f, 2f))));
    ClassificationReport one = plain.report(twice);
    ClassificationReport other = weighted.report(heavy);
    assertThat(other.rows()).isEqualTo(3);
    assertThat(other.weight()).isEqualTo(one.weight()).isEqualTo(6);
    assertThat(other.classes()).isEqualTo(one.classes());
    assertThat(other.logLoss()).isEqualTo(one.logLoss());
    assertThat(other.calibration()).isEqualTo(one.calibration());
  }

  @Test
  void theMostConfidentMistakesAreKept() {
    ClassificationMetrics metrics =
        ClassificationMetrics.ofClasses(List.of("cat", "dog")).withMistakes(2);
    ClassificationSummary summary = metrics.empty();
    metrics.add(
        summary,
        List.of(
            new Array.Dense(
                List.of(4L, 2L), Values.of(0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f, 0.6f, 0.4f)),
            Array.Dense.vector(Values.of(0L, 0L, 0L, 1L)),
            Array.Dense.vector(Values.of("f@0", "f@1", "f@2", "f@3")),
            Array.Dense.vector(Values.of("right", "x".repeat(1000), "third", "fourth"))));
    List<Mistake> mistakes = metrics.report(summary).mistakes();
    assertThat(mistakes).extracting(Mistake::id).containsExactly("f@1", "f@2");
    assertThat(mistakes.get(0).shown()).hasSize(500).endsWith("x\u2026");
    assertThat(mistakes.get(1)).isEqualTo(new Mistake("f@2", "third", "cat", "dog", 0.7f, 0.3f));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ClassificationMetrics metrics = ClassificationMetrics.ofClasses(List.of("a", "b"));
    Array.Dense one = Array.Dense.vector(Values.of(0L));
    assertThatThrownBy(() -> metrics.add(metrics.empty(), List.of(one, one)))
        .hasMessage("scores must be float32 [n, 2], found int64 [1]");
    Array.Dense logits = new Array.Dense(List.of(1L, 2L), Values.of(7.5f, -3f));
    assertThatThrownBy(() -> metrics.add(metrics.empty(), List.of(logits, one)))
        .hasMessageContaining("7.5")
        .hasMessageContaining("from 0 to 1");
    Array.Dense scores = new Array.Dense(List.of(1L, 2L), Values.of(0.5f, 0.5f));
    Array.Dense third = Array.Dense.vector(Values.of(2L));
    assertThatThrownBy(() -> metrics.add(metrics.empty(), List.of(scores, third)))
        .hasMessage("there is no label 2; there are 2");
    ClassificationMetrics weighted = metrics.withWeighting(Weighting.WEIGHTED);
    Array.Dense negative = Array.Dense.vector(Values.of(-1f));
    assertThatThrownBy(() -> weighted.add(weighted.empty(), List.of(scores, one, negative)))
        .hasMessageContaining("-1.0");
    assertThatThrownBy(() -> metrics.withThreshold(2)).hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> ClassificationMetrics.ofLabels(List.of())).hasMessageContaining("no");
    RegressionMetrics numbers = RegressionMetrics.create();
    Array.Dense nan = Array.Dense.vector(Values.of(Float.NaN));
    assertThatThrownBy(() -> numbers.add(numbers.empty(), List.of(nan, nan)))
        .hasMessageContaining("finite");
  }

  @Test
  void nothingIsKnownOfNoRows() {
    ClassificationMetrics metrics = ClassificationMetrics.ofClasses(List.of("a", "b"));
    ClassificationReport report = metrics.report(metrics.empty());
    assertThat(report.rows()).isZero();
    assertThat(report.accuracy()).isNaN();
    assertThat(report.classes().get(0).curve().rocArea()).isNaN();
    RegressionMetrics numbers = RegressionMetrics.create();
    assertThat(numbers.report(numbers.empty()).r2()).isNaN();
  }
}
