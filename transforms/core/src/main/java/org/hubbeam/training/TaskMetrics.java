// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.hubbeam.batch.Array;
import org.hubbeam.reducer.ClassificationMetrics;
import org.hubbeam.reducer.Reducer;
import org.hubbeam.reducer.RegressionMetrics;
import org.hubbeam.reducer.Weighting;

/**
 * Computes the metrics of a task, from columns as {@link ClassificationMetrics} and {@link
 * RegressionMetrics} describe them: scores, what is true, weights if weighted, and, with mistakes,
 * ids and what is shown.
 *
 * <pre>{@code
 * TaskMetrics.Running running = TaskMetrics.of(task, labels).withMistakes(50).start();
 * running.add(List.of(scores, truth, ids, shown));
 * Metrics metrics = running.metrics();
 * }</pre>
 */
public final class TaskMetrics implements Serializable {
  private static final long serialVersionUID = 1;

  /** How many mistakes a report shows. */
  public static final int MISTAKES = 60;

  /** The largest weight of a row. */
  public static final double LARGEST_WEIGHT = 1 << 20;

  private final Task task;
  private final List<String> labels;
  private final Weighting weighting;
  private final int mistakes;
  private final double threshold;

  private TaskMetrics(
      Task task, List<String> labels, Weighting weighting, int mistakes, double threshold) {
    this.task = task;
    this.labels = List.copyOf(labels);
    this.weighting = weighting;
    this.mistakes = mistakes;
    this.threshold = threshold;
  }

  /**
   * Metrics without weights and mistakes.
   *
   * @param labels the names of the labels; negative and positive for two, none for a number
   * @throws IllegalArgumentException when these are not labels for this task
   */
  public static TaskMetrics of(Task task, List<String> labels) {
    boolean fits =
        switch (task) {
          case CLASSES, LABELS -> !labels.isEmpty();
          case BINARY -> labels.size() == 2;
          case NUMBER -> labels.isEmpty();
        };
    if (!fits) {
      throw new IllegalArgumentException(labels.size() + " labels are not for the task " + task);
    }
    return new TaskMetrics(task, labels, Weighting.NONE, 0, 0.5);
  }

  /** With a column of weights, or without. */
  public TaskMetrics withWeighting(Weighting value) {
    return new TaskMetrics(task, labels, value, mistakes, threshold);
  }

  /** With the most confident mistakes, so many at most. */
  public TaskMetrics withMistakes(int most) {
    return new TaskMetrics(task, labels, weighting, most, threshold);
  }

  /** With the score from which on a label counts as predicted, where there is a choice. */
  public TaskMetrics withThreshold(double value) {
    return new TaskMetrics(task, labels, weighting, mistakes, value);
  }

  /** What is predicted. */
  public Task task() {
    return task;
  }

  /** The names of the labels. */
  public List<String> labels() {
    return labels;
  }

  /** How many mistakes are kept at most. */
  public int mistakes() {
    return mistakes;
  }

  /** No rows yet. */
  public Running start() {
    return switch (task) {
      case CLASSES -> running(ClassificationMetrics.ofClasses(labels));
      case LABELS -> running(ClassificationMetrics.ofLabels(labels));
      case BINARY -> running(ClassificationMetrics.ofBinary(labels.get(0), labels.get(1)));
      case NUMBER -> {
        RegressionMetrics metrics =
            RegressionMetrics.create().withWeighting(weighting).withMistakes(mistakes);
        yield new Open<>(metrics, metrics.empty(), s -> new Metrics.OfNumbers(metrics.report(s)));
      }
    };
  }

  private Running running(ClassificationMetrics of) {
    ClassificationMetrics metrics =
        of.withWeighting(weighting).withThreshold(threshold).withMistakes(mistakes);
    return new Open<>(metrics, metrics.empty(), s -> new Metrics.OfLabels(metrics.report(s)));
  }

  /** Metrics of rows that are still coming. For one thread. */
  public sealed interface Running {

    /**
     * Adds rows.
     *
     * @throws IllegalArgumentException when the columns are not of the task
     */
    void add(List<Array> columns);

    /** Adds what another one of the same metrics has, as it wrote it. */
    void merge(DataInput other) throws IOException;

    /** Writes what there is. */
    void write(DataOutput out) throws IOException;

    /** The metrics of all rows so far. */
    Metrics metrics();
  }

  private record Open<S>(Reducer<S> reducer, S summary, Function<S, Metrics> results)
      implements Running {

    @Override
    public void add(List<Array> columns) {
      reducer.add(summary, columns);
    }

    @Override
    public void merge(DataInput other) throws IOException {
      reducer.merge(summary, reducer.decode(other));
    }

    @Override
    public void write(DataOutput out) throws IOException {
      reducer.encode(summary, out);
    }

    @Override
    public Metrics metrics() {
      return results.apply(summary);
    }
  }
}
