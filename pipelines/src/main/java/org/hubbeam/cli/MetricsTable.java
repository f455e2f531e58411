// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.hubbeam.reducer.ClassificationReport;
import org.hubbeam.reducer.ClassificationReport.Averages;
import org.hubbeam.reducer.RegressionReport;
import org.hubbeam.training.Metrics;

/** Metrics as lines of text. */
final class MetricsTable {

  /** How many labels, and how many confusions, are printed. */
  private static final int LABELS = 30;

  private static final int CONFUSED = 5;

  private MetricsTable() {}

  static List<String> of(Metrics metrics) {
    if (metrics.rows() == 0) {
      return List.of();
    }
    return metrics instanceof Metrics.OfLabels labels
        ? of(labels.report())
        : of(((Metrics.OfNumbers) metrics).report());
  }

  private static List<String> of(RegressionReport report) {
    return List.of(
        "RMSE " + number(report.rmse()),
        "MAE " + number(report.mae()),
        "R² " + number(report.r2()),
        "bias " + number(report.bias()) + ", largest error " + number(report.largestError()));
  }

  private static List<String> of(ClassificationReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "rows", "precision", "recall", "F1", "ROC area", "PR area"));
    List<ClassificationReport.ClassMetrics> classes = new ArrayList<>(report.classes());
    classes.sort(Comparator.comparingDouble(ClassificationReport.ClassMetrics::support).reversed());
    for (ClassificationReport.ClassMetrics one :
        classes.subList(0, Math.min(LABELS, classes.size()))) {
      rows.add(
          List.of(
              shortened(one.label()),
              count(one.support()),
              part(one.precision()),
              part(one.recall()),
              part(one.f1()),
              part(one.curve().rocArea()),
              part(one.curve().prArea())));
    }
    rows.add(row("macro", report.macro()));
    rows.add(row("weighted", report.weighted()));
    rows.add(row("micro", report.micro()));
    List<String> lines = new ArrayList<>(EvaluationTable.lines(rows));
    if (classes.size() > LABELS) {
      lines.add(Formatting.of(classes.size() - LABELS, "smaller label") + " not shown");
    }
    report.confusion().stream()
        .filter(c -> c.truth() != c.predicted())
        .sorted(Comparator.comparingDouble(ClassificationReport.Confusion::weight).reversed())
        .limit(CONFUSED)
        .map(
            c ->
                count(c.weight())
                    + (c.weight() == 1 ? " time " : " times ")
                    + shortened(report.labels().get(c.truth()))
                    + " was taken for "
                    + shortened(report.labels().get(c.predicted())))
        .forEach(lines::add);
    lines.add(
        "accuracy "
            + part(report.accuracy())
            + (Double.isNaN(report.topThree()) ? "" : ", top 3 " + part(report.topThree()))
            + ", log loss "
            + number(report.logLoss())
            + ", calibration error "
            + part(report.calibration().error()));
    return lines;
  }

  private static List<String> row(String name, Averages averages) {
    return List.of(
        name,
        "",
        part(averages.precision()),
        part(averages.recall()),
        part(averages.f1()),
        part(averages.rocArea()),
        part(averages.prArea()));
  }

  private static String shortened(String label) {
    boolean isShort = label.codePointCount(0, label.length()) <= 40;
    return isShort ? label : label.substring(0, label.offsetByCodePoints(0, 37)) + "...";
  }

  private static String part(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String count(double weight) {
    return weight == Math.rint(weight)
        ? Formatting.count((long) weight)
        : String.format(Locale.ROOT, "%,.2f", weight);
  }
}
