// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.hubbeam.reducer.ClassificationSummary.BINS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.hubbeam.reducer.ClassificationReport.Averages;
import org.hubbeam.reducer.ClassificationReport.Bin;
import org.hubbeam.reducer.ClassificationReport.Calibration;
import org.hubbeam.reducer.ClassificationReport.ClassMetrics;
import org.hubbeam.reducer.ClassificationReport.Confusion;

/**
 * Computes metrics from what was seen.
 *
 * @param unit the weight of a unit
 */
record ClassificationResults(
    ClassificationMetrics.Kind kind,
    List<String> labels,
    double unit,
    ClassificationSummary summary) {

  private static final int POINTS = 100;

  ClassificationReport report() {
    List<ClassMetrics> classes = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      classes.add(one(label));
    }
    double rows = summary.units;
    boolean few = kind != ClassificationMetrics.Kind.CLASSES || labels.size() <= 3;
    double losses = rows * (kind == ClassificationMetrics.Kind.LABELS ? labels.size() : 1);
    return new ClassificationReport(
        kind,
        labels,
        summary.rows,
        rows * unit,
        summary.correct / rows,
        few ? Double.NaN : summary.amongThree / rows,
        summary.loss() / losses,
        macro(classes),
        micro(),
        weighted(classes),
        classes,
        confusion(),
        calibration(),
        summary.mistakes().list());
  }

  private ClassMetrics one(int label) {
    double precision = part(summary.hits[label], summary.predicted[label]);
    double recall = part(summary.hits[label], summary.support[label]);
    int curve = kind == ClassificationMetrics.Kind.BINARY ? label - 1 : label;
    return new ClassMetrics(
        labels.get(label),
        summary.support[label] * unit,
        summary.predicted[label] * unit,
        precision,
        recall,
        f1(summary.hits[label], summary.support[label], summary.predicted[label]),
        curve < 0 ? ScoreCurve.NONE : summary.scores[curve].curve(POINTS));
  }

  private static double part(long hits, long all) {
    return all == 0 ? 0 : (double) hits / all;
  }

  private static double f1(long hits, long support, long predicted) {
    return part(2 * hits, support + predicted);
  }

  private static Averages macro(List<ClassMetrics> classes) {
    List<ClassMetrics> seen =
        classes.stream().filter(c -> c.support() > 0 || c.predicted() > 0).toList();
    return averages(seen, c -> 1);
  }

  private static Averages weighted(List<ClassMetrics> classes) {
    return averages(classes, ClassMetrics::support);
  }

  private static Averages averages(
      List<ClassMetrics> classes, ToDoubleFunction<ClassMetrics> weight) {
    return new Averages(
        mean(classes, weight, ClassMetrics::precision),
        mean(classes, weight, ClassMetrics::recall),
        mean(classes, weight, ClassMetrics::f1),
        mean(classes, weight, c -> c.curve().rocArea()),
        mean(classes, weight, c -> c.curve().prArea()));
  }

  private static double mean(
      List<ClassMetrics> classes,
      ToDoubleFunction<ClassMetrics> weight,
      ToDoubleFunction<ClassMetrics> value) {
    double sum = 0;
    double weights = 0;
    for (ClassMetrics one : classes) {
      double x = value.applyAsDouble(one);
      if (!Double.isNaN(x)) {
        sum += weight.applyAsDouble(one) * x;
        weights += weight.applyAsDouble(one);
      }
    }
    return sum / weights;
  }

  private Averages micro() {
    long hits = Arrays.stream(summary.hits).sum();
    long support = Arrays.stream(summary.support).sum();
    long predicted = Arrays.stream(summary.predicted).sum();
    ScoreCurve curve = ScoreCurve.NONE;
    if (kind == ClassificationMetrics.Kind.LABELS) {
      curve =
          ScoreCounts.all(List.of(summary.scores), summary.sizes.capacity() * labels.size())
              .curve(POINTS);
    }
    return new Averages(
        part(hits, predicted),
        part(hits, support),
        f1(hits, support, predicted),
        curve.rocArea(),
        curve.prArea());
  }

  private List<Confusion> confusion() {
    List<Confusion> cells = new ArrayList<>();
    for (int truth = 0; truth < labels.size(); truth++) {
      for (int predicted = 0; predicted < labels.size(); predicted++) {
        long units = summary.confused(truth, predicted);
        if (units != 0) {
          cells.add(new Confusion(truth, predicted, units * unit));
        }
      }
    }
    return cells;
  }

  private Calibration calibration() {
    List<Bin> bins = new ArrayList<>();
    double error = 0;
    double all = Arrays.stream(summary.binUnits).sum();
    for (int bin = 0; bin < BINS; bin++) {
      double weight = summary.binUnits[bin];
      double score = summary.scores(bin) / weight;
      double frequency = summary.binHits[bin] / weight;
      bins.add(new Bin((double) bin / BINS, (bin + 1.0) / BINS, weight * unit, score, frequency));
      error += weight == 0 ? 0 : Math.abs(score - frequency) * weight / all;
    }
    return new Calibration(all == 0 ? Double.NaN : error, bins);
  }
}
