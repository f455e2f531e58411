// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Metrics are those of scikit-learn; {@code sklearn_metrics.py} made the file. */
class ScikitLearnMetricsTest {

  /** Weights are rounded to multiples of 2^-30; the rest is the rounding of doubles. */
  private static final double CLOSE = 1e-8;

  @TestFactory
  Stream<DynamicTest> metricsAreThoseOfScikitLearn() throws IOException {
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("sklearn_metrics.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : golden.get("cases")) {
      String name = one.get("kind").asText() + (one.get("weights").isNull() ? "" : ", weighted");
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                if (one.get("kind").asText().equals("numbers")) {
                  numbers(one);
                } else {
                  labels(one);
                }
              }));
    }
    assertThat(tests).hasSize(8);
    return tests.stream();
  }

  private static double[] doubles(JsonNode list) {
    return IntStream.range(0, list.size()).mapToDouble(i -> list.get(i).doubleValue()).toArray();
  }

  private static Array.Dense floats(JsonNode list, long... dims) {
    double[] values = doubles(list);
    return new Array.Dense(
        Arrays.stream(dims).boxed().toList(), NumberArrays.pack(DType.FLOAT32, values));
  }

  private static List<Array> columns(Array scores, Array truth, JsonNode one) {
    List<Array> columns = new ArrayList<>(List.of(scores, truth));
    if (!one.get("weights").isNull()) {
      columns.add(
          Array.Dense.vector(NumberArrays.pack(DType.FLOAT64, doubles(one.get("weights")))));
    }
    return columns;
  }

  private static Weighting weighting(JsonNode one) {
    return one.get("weights").isNull() ? Weighting.NONE : Weighting.WEIGHTED;
  }

  private static void close(double actual, JsonNode expected, String what) {
    assertThat(expected).as(what).isNotNull();
    assertThat(actual).as(what).isCloseTo(expected.doubleValue(), within(CLOSE));
  }

  private static void numbers(JsonNode one) {
    JsonNode expected = one.get("expected");
    int rows = one.get("truth").size();
    RegressionMetrics metrics = RegressionMetrics.create().withWeighting(weighting(one));
    RegressionSummary summary = metrics.empty();
    metrics.add(
        summary, columns(floats(one.get("scores"), rows, 1), floats(one.get("truth"), rows), one));
    RegressionReport report = metrics.report(summary);
    close(report.rmse(), expected.get("rmse"), "rmse");
    close(report.mae(), expected.get("mae"), "mae");
    close(report.r2(), expected.get("r2"), "r2");
    close(report.bias(), expected.get("bias"), "bias");
    close(report.largestError(), expected.get("largest"), "largest error");
    close(report.truth().mean(), expected.get("mean"), "mean");
    assertThat(report.sample()).hasSize(rows);
  }

  private static ClassificationMetrics metrics(JsonNode one) {
    List<String> labels =
        IntStream.range(0, one.get("expected").get("precision").size())
            .mapToObj(i -> "label " + i)
            .toList();
    ClassificationMetrics metrics =
        switch (one.get("kind").asText()) {
          case "classes" -> ClassificationMetrics.ofClasses(labels);
          case "labels" -> ClassificationMetrics.ofLabels(labels);
          default -> ClassificationMetrics.ofBinary(labels.get(0), labels.get(1));
        };
    return metrics.withWeighting(weighting(one));
  }

  private static Array truth(JsonNode list) {
    List<Long> numbers = new ArrayList<>();
    int[] splits = new int[list.size() + 1];
    for (int row = 0; row < list.size(); row++) {
      JsonNode here = list.get(row);
      if (here.isArray()) {
        here.forEach(label -> numbers.add(label.longValue()));
      } else {
        numbers.add(here.longValue());
      }
      splits[row + 1] = numbers.size();
    }
    Values values = Values.of(numbers.stream().mapToLong(Long::longValue).toArray());
    return list.get(0).isArray() ? Array.Ragged.of(values, splits) : Array.Dense.vector(values);
  }

  private static void labels(JsonNode one) {
    JsonNode expected = one.get("expected");
    ClassificationMetrics metrics = metrics(one);
    int rows = one.get("truth").size();
    int cells = one.get("scores").size() / rows;
    ClassificationSummary summary = metrics.empty();
    metrics.add(
        summary, columns(floats(one.get("scores"), rows, cells), truth(one.get("truth")), one));
    ClassificationReport report = metrics.report(summary);
    close(report.accuracy(), expected.get("accuracy"), "accuracy");
    close(report.logLoss(), expected.get("log_loss"), "log loss");
    close(report.calibration().error(), expected.get("calibration"), "calibration error");
    if (metrics.kind() == ClassificationMetrics.Kind.CLASSES) {
      close(report.topThree(), expected.get("top_three"), "top 3");
    }
    averages(report.macro(), expected.get("macro"), "macro");
    averages(report.weighted(), expected.get("weighted"), "weighted");
    averages(report.micro(), expected.get("micro"), "micro");
    each(report, expected, "precision", ClassificationReport.ClassMetrics::precision);
    each(report, expected, "recall", ClassificationReport.ClassMetrics::recall);
    each(report, expected, "f1", ClassificationReport.ClassMetrics::f1);
    each(report, expected, "support", ClassificationReport.ClassMetrics::support);
    each(report, expected, "roc", c -> c.curve().rocArea());
    each(report, expected, "pr", c -> c.curve().prArea());
    if (metrics.kind() == ClassificationMetrics.Kind.LABELS) {
      close(report.micro().rocArea(), expected.get("micro_roc"), "micro ROC");
      close(report.micro().prArea(), expected.get("micro_pr"), "micro PR");
    } else {
      double[] confusion = new double[expected.get("confusion").size()];
      int labels = report.labels().size();
      report.confusion().forEach(c -> confusion[c.truth() * labels + c.predicted()] = c.weight());
      assertThat(confusion).containsExactly(doubles(expected.get("confusion")), within(CLOSE));
    }
  }

  private static void averages(
      ClassificationReport.Averages averages, JsonNode expected, String name) {
    close(averages.precision(), expected.get(0), name + " precision");
    close(averages.recall(), expected.get(1), name + " recall");
    close(averages.f1(), expected.get(2), name + " F1");
  }

  /** What concerns each label; of two, curves are of the second one. */
  private static void each(
      ClassificationReport report,
      JsonNode expected,
      String name,
      ToDoubleFunction<ClassificationReport.ClassMetrics> value) {
    JsonNode list = expected.get(name);
    int skipped = report.classes().size() - list.size();
    for (int i = 0; i < list.size(); i++) {
      close(value.applyAsDouble(report.classes().get(i + skipped)), list.get(i), name + " of " + i);
    }
  }
}
