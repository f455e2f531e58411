// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/**
 * How good scores are at telling the labels of rows: accuracy, precision, recall, F1, areas below
 * curves, calibration, what is confused with what, and the most confident mistakes. The same rows
 * give the same numbers to the last bit, in whatever order and parts.
 *
 * <p>Inputs, in this order:
 *
 * <ul>
 *   <li>scores, float32: probabilities {@code [n, labels]}; for {@link Kind#BINARY} {@code [n]} or
 *       {@code [n, 1]}, that of the second label
 *   <li>what is true, int64: the number of the label {@code [n]}; for {@link Kind#LABELS} a list of
 *       the numbers of those that a row has, ragged or sparse, or dense {@code [n, labels]}, any
 *       numbers, other than 0 for those that it has
 *   <li>weights, numbers {@code [n]}, if weighted; they are rounded to multiples of 2^-30
 *   <li>if mistakes are kept: ids and what is shown of a row, strings {@code [n]}
 * </ul>
 *
 * <p>Areas are exact while a label has at most 2^18 / labels different scores (at least 64, at most
 * 2^17). With more, scores that share their leading bits count as equal; {@link
 * ScoreCurve#rocError} says how far the area may be off.
 *
 * <pre>{@code
 * ClassificationMetrics metrics = ClassificationMetrics.ofClasses(List.of("cat", "dog", "bird"));
 * ClassificationSummary summary = metrics.empty();
 * metrics.add(summary, List.of(scores, truth));
 * double accuracy = metrics.report(summary).accuracy();
 * }</pre>
 */
public final class ClassificationMetrics extends DescribedReducer<ClassificationSummary> {

  private static final double LEAST_PROBABILITY = 1e-7;
  private static final double TOLERANCE = 1e-3;

  private final Settings settings;

  /** How labels exclude each other. */
  public enum Kind {
    /** A row has one of several labels; the best score is predicted. */
    CLASSES,
    /** A row has any of several labels; those above the threshold are predicted. */
    LABELS,
    /** A row has the first or the second label, by one score. */
    BINARY
  }

  private record Settings(
      Kind kind, List<String> labels, Weighting weighting, double threshold, int mistakes)
      implements Serializable {

    Settings {
      labels = List.copyOf(labels);
    }
  }

  private ClassificationMetrics(Settings settings) {
    this.settings = settings;
  }

  /**
   * Metrics of rows that have one of several labels.
   *
   * @throws IllegalArgumentException when there are no labels
   */
  public static ClassificationMetrics ofClasses(List<String> labels) {
    return of(Kind.CLASSES, labels);
  }

  /**
   * Metrics of rows that have any number of labels.
   *
   * @throws IllegalArgumentException when there are no labels
   */
  public static ClassificationMetrics ofLabels(List<String> labels) {
    return of(Kind.LABELS, labels);
  }

  /** Metrics of rows that have one of two labels, with one score. */
  public static ClassificationMetrics ofBinary(String negative, String positive) {
    return of(Kind.BINARY, List.of(negative, positive));
  }

  private static ClassificationMetrics of(Kind kind, List<String> labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("there are no labels");
    }
    return new ClassificationMetrics(new Settings(kind, labels, Weighting.NONE, 0.5, 0));
  }

  /** With a column of weights, or without. */
  public ClassificationMetrics withWeighting(Weighting weighting) {
    return new ClassificationMetrics(
        new Settings(
            settings.kind, settings.labels, weighting, settings.threshold, settings.mistakes));
  }

  /**
   * With the score from which on a label counts as predicted; not for {@link Kind#CLASSES}. The
   * default is 0.5.
   *
   * @throws IllegalArgumentException when it is not from 0 to 1
   */
  public ClassificationMetrics withThreshold(double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("the threshold is from 0 to 1, not " + threshold);
    }
    return new ClassificationMetrics(
        new Settings(
            settings.kind, settings.labels, settings.weighting, threshold, settings.mistakes));
  }

  /**
   * With the most confident mistakes, so many at most; then there are columns of ids and of what is
   * shown. The default is none.
   */
  public ClassificationMetrics withMistakes(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("0 mistakes or more are kept, not " + most);
    }
    return new ClassificationMetrics(
        new Settings(settings.kind, settings.labels, settings.weighting, settings.threshold, most));
  }

  /** How labels exclude each other. */
  public Kind kind() {
    return settings.kind;
  }

  /** The names of the labels. */
  public List<String> labels() {
    return settings.labels;
  }

  private ClassificationSummary.Sizes sizes() {
    int labels = settings.labels.size();
    return new ClassificationSummary.Sizes(
        labels, settings.kind == Kind.BINARY ? 1 : labels, settings.mistakes);
  }

  @Override
  public ClassificationSummary empty() {
    return new ClassificationSummary(sizes());
  }

  @Override
  public ClassificationSummary read(DataInput in) throws IOException {
    return ClassificationSummary.read(in, sizes());
  }

  @Override
  public void add(ClassificationSummary summary, List<Array> columns) {
    boolean weighted = settings.weighting == Weighting.WEIGHTED;
    ReducerInputs.count(
        columns, 2 + (weighted ? 1 : 0) + (settings.mistakes > 0 ? 2 : 0), "classification");
    int rows = columns.get(0).rows();
    ScoredRows scored =
        new ScoredRows(
            scores(columns.get(0)),
            sizes().curves(),
            weighted ? RowUnits.of(columns.get(2), rows) : RowUnits.none(),
            settings.mistakes > 0
                ? RowNames.of(columns.subList(columns.size() - 2, columns.size()), rows)
                : null);
    switch (settings.kind) {
      case CLASSES -> addClasses(summary, scored, labels(columns.get(1), rows));
      case BINARY -> addBinary(summary, scored, labels(columns.get(1), rows));
      case LABELS -> addLabels(summary, scored, columns.get(1), rows);
    }
  }

  private float[] scores(Array column) {
    int cells = sizes().curves();
    boolean fits =
        column instanceof Array.Dense dense
            && dense.dtype() == DType.FLOAT32
            && (dense.dims().size() == 1 && cells == 1
                || dense.dims().size() == 2 && dense.dims().get(1) == cells);
    if (!fits) {
      throw new IllegalArgumentException(
          "scores must be float32 [n, " + cells + "], found " + column.spec("scores").type());
    }
    float[] scores = ((Values.Numbers) column.values()).toFloats();
    for (float score : scores) {
      if (!(score >= -TOLERANCE && score <= 1 + TOLERANCE)) {
        throw new IllegalArgumentException(
            "a score of " + score + "; scores are probabilities, from 0 to 1");
      }
    }
    return scores;
  }

  private int[] labels(Array column, int rows) {
    if (column.dtype() != DType.INT64 || column.values().size() != rows) {
      throw new IllegalArgumentException(
          "what is true must be int64 [n], the number of a label for each row, found "
              + column.spec("truth").type());
    }
    return numbers(column);
  }

  private int[] numbers(Array column) {
    long[] numbers = NumberArrays.longs((Values.Numbers) column.values());
    int[] labels = new int[numbers.length];
    for (int i = 0; i < labels.length; i++) {
      if (numbers[i] < 0 || numbers[i] >= settings.labels.size()) {
        throw new IllegalArgumentException(
            "there is no label " + numbers[i] + "; there are " + settings.labels.size());
      }
      labels[i] = (int) numbers[i];
    }
    return labels;
  }

  private void addClasses(ClassificationSummary summary, ScoredRows rows, int[] truth) {
    int labels = settings.labels.size();
    for (int row = 0; row < truth.length; row++) {
      long weight = rows.units().at(row);
      int best = rows.best(row);
      int rank = rows.rank(row, truth[row]);
      summary.row(weight);
      summary.correct += best == truth[row] ? weight : 0;
      summary.amongThree += rank < 3 ? weight : 0;
      summary.loss(logarithm(rows.score(row, truth[row])), weight);
      summary.label(truth[row], true, best == truth[row], weight);
      if (best != truth[row]) {
        summary.label(best, false, true, weight);
        rows.mistake(
            summary,
            row,
            rows.score(row, best),
            new ScoredRows.Verdict(
                settings.labels.get(truth[row]),
                settings.labels.get(best),
                rows.score(row, truth[row])));
      }
      summary.confuse(truth[row], best, weight);
      summary.calibrate(rows.score(row, best), best == truth[row], weight);
      for (int label = 0; label < labels; label++) {
        summary.score(label, rows.score(row, label), label == truth[row], weight);
      }
    }
  }

  private void addBinary(ClassificationSummary summary, ScoredRows rows, int[] truth) {
    for (int row = 0; row < truth.length; row++) {
      long weight = rows.units().at(row);
      float score = rows.score(row, 0);
      boolean positive = truth[row] == 1;
      int predicted = score >= settings.threshold ? 1 : 0;
      summary.row(weight);
      summary.correct += predicted == truth[row] ? weight : 0;
      summary.loss(logarithm(positive ? score : 1.0 - score), weight);
      for (int label = 0; label < 2; label++) {
        summary.label(label, label == truth[row], label == predicted, weight);
      }
      if (predicted != truth[row]) {
        double chosen = predicted == 1 ? score : 1.0 - score;
        rows.mistake(
            summary,
            row,
            chosen,
            new ScoredRows.Verdict(
                settings.labels.get(truth[row]), settings.labels.get(predicted), 1 - chosen));
      }
      summary.confuse(truth[row], predicted, weight);
      summary.calibrate(score, positive, weight);
      summary.score(0, score, positive, weight);
    }
  }

  private void addLabels(ClassificationSummary summary, ScoredRows rows, Array truth, int count) {
    List<BitSet> sets = sets(truth, count);
    for (int row = 0; row < count; row++) {
      long weight = rows.units().at(row);
      boolean right = true;
      summary.row(weight);
      for (int label = 0; label < settings.labels.size(); label++) {
        float score = rows.score(row, label);
        boolean has = sets.get(row).get(label);
        boolean predicted = score >= settings.threshold;
        summary.loss(logarithm(has ? score : 1.0 - score), weight);
        summary.label(label, has, predicted, weight);
        summary.calibrate(score, has, weight);
        summary.score(label, score, has, weight);
        right &= has == predicted;
        if (has != predicted) {
          double chosen = predicted ? score : 1.0 - score;
          String name = settings.labels.get(label);
          rows.mistake(
              summary,
              row,
              chosen,
              new ScoredRows.Verdict(
                  has ? name : "not " + name, predicted ? name : "not " + name, 1 - chosen));
        }
      }
      summary.correct += right ? weight : 0;
    }
  }

  /** The labels of each row. */
  private List<BitSet> sets(Array truth, int rows) {
    Array lists = truth instanceof Array.Sparse sparse ? sparse.toRagged() : truth;
    List<BitSet> sets = Stream.generate(BitSet::new).limit(rows).toList();
    if (lists instanceof Array.Ragged ragged
        && ragged.dtype() == DType.INT64
        && ragged.rowSplits().size() == 1
        && ragged.rows() == rows) {
      int[] numbers = numbers(ragged);
      int[] splits = ragged.rowSplits().get(0);
      for (int row = 0; row < rows; row++) {
        for (int i = splits[row]; i < splits[row + 1]; i++) {
          sets.get(row).set(numbers[i]);
        }
      }
      return sets;
    }
    int labels = settings.labels.size();
    if (lists instanceof Array.Dense dense
        && dense.values() instanceof Values.Numbers numbers
        && dense.dims().equals(List.of((long) rows, (long) labels))) {
      double[] flags = NumberArrays.doubles(numbers);
      for (int i = 0; i < flags.length; i++) {
        sets.get(i / labels).set(i % labels, flags[i] != 0);
      }
      return sets;
    }
    throw new IllegalArgumentException(
        "what is true must be a list of int64 for each row, the numbers of its labels, or a number"
            + " for each label, found "
            + truth.spec("truth").type());
  }

  private static double logarithm(double probability) {
    return -StrictMath.log(Math.min(Math.max(probability, LEAST_PROBABILITY), 1));
  }

  /** All that is computed. */
  public ClassificationReport report(ClassificationSummary summary) {
    return new ClassificationResults(
            settings.kind, settings.labels, RowUnits.unit(settings.weighting), summary)
        .report();
  }

  /**
   * Rows, weight, accuracy, top 3, log loss, calibration error; then by label support, precision,
   * recall, F1, ROC area, PR area; then the labels and the weights of what is confused.
   */
  @Override
  public List<Array.Dense> finish(ClassificationSummary summary) {
    return ClassificationArrays.of(report(summary));
  }

  @Override
  public List<ArraySpec> outputs() {
    return ClassificationArrays.specs(settings.labels.size());
  }

  @Override
  public String describe() {
    return "classification("
        + settings.kind.name().toLowerCase(Locale.ROOT)
        + ", "
        + settings.labels.size()
        + " labels="
        + settings.labels
        + ", threshold="
        + settings.threshold
        + ", mistakes="
        + settings.mistakes
        + (settings.weighting == Weighting.WEIGHTED ? ", weighted" : "")
        + ")";
  }
}
