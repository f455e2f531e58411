// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Weighting;
import org.hubbeam.training.Task;
import org.hubbeam.training.TaskMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Measures how good scores are, row by row. Rows with a label that there is no score for, or with
 * scores that are none, are failures. For one thread.
 */
final class ScoreMeter {

  /** How far above 1 a probability may be rounded. */
  private static final float TOLERANCE = 1e-3f;

  private static final int SHOWN_LABELS = 5;

  private final TaskMetrics metrics;
  private final ScoreColumns columns;
  private final ScoreKind kind;
  private final TaskMetrics.Running running;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int cells;

  ScoreMeter(TaskMetrics metrics, ScoreColumns columns, ScoreKind kind) {
    this.metrics =
        metrics.withWeighting(columns.weight() == null ? Weighting.NONE : Weighting.WEIGHTED);
    this.columns = columns;
    this.kind = kind;
    running = this.metrics.start();
    for (String label : metrics.labels()) {
      numbers.putIfAbsent(label, numbers.size());
    }
    cells = metrics.task().outputs(metrics.labels().size());
  }

  /** Adds rows; those that are refused go to {@code failures}. */
  void add(Batch batch, Consumer<Failure> failures) {
    if (batch.rows() == 0) {
      return;
    }
    Rows rows = new Rows(batch, this);
    int[] good = new int[batch.rows()];
    int count = 0;
    for (int row = 0; row < batch.rows(); row++) {
      Failure failure = rows.add(row);
      if (failure == null) {
        good[count++] = row;
      } else {
        failures.accept(failure);
      }
    }
    if (count > 0) {
      running.add(rows.columns(Arrays.copyOf(good, count)));
    }
  }

  /** What was measured, for {@link TaskMetrics.Running#merge}. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      running.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /** What was measured so far. */
  TaskMetrics.Running running() {
    return running;
  }

  /** The rows of a batch that can be measured. */
  private static final class Rows {
    private final Batch batch;
    private final ScoreMeter meter;
    private final RowCells scores;
    private final RowCells labels;
    private final @Nullable RowCells weights;
    private final float[] goodScores;
    private final List<Integer> goodLabels = new ArrayList<>();
    private final float[] goodNumbers;
    private final int[] splits;
    private int count;

    Rows(Batch batch, ScoreMeter meter) {
      this.batch = batch;
      this.meter = meter;
      scores = RowCells.of(batch.column(meter.columns.scores()));
      labels = RowCells.of(batch.column(meter.columns.label()));
      String weight = meter.columns.weight();
      weights = weight == null ? null : RowCells.of(batch.column(weight));
      goodScores = new float[batch.rows() * meter.cells];
      goodNumbers = new float[batch.rows()];
      splits = new int[batch.rows() + 1];
    }

    /** Takes a row, or tells why it cannot be measured. */
    @Nullable Failure add(int row) {
      String wrong = takeScores(row);
      if (wrong != null) {
        return failure(row, meter.columns.scores(), wrong);
      }
      int before = goodLabels.size();
      wrong = meter.metrics.task() == Task.NUMBER ? takeNumber(row) : takeLabels(row);
      if (wrong != null) {
        goodLabels.subList(before, goodLabels.size()).clear();
        return failure(row, meter.columns.label(), wrong);
      }
      if (weights != null && !(weight(row) <= TaskMetrics.LARGEST_WEIGHT)) {
        goodLabels.subList(before, goodLabels.size()).clear();
        return failure(
            row,
            String.valueOf(meter.columns.weight()),
            "the weight is "
                + weight(row)
                + ", expected at most "
                + (long) TaskMetrics.LARGEST_WEIGHT);
      }
      splits[++count] = goodLabels.size();
      return null;
    }

    private float weight(int row) {
      RowCells cells = weights;
      return cells == null ? 1 : ((Values.Numbers) cells.values()).getFloat(cells.from(row));
    }

    private Failure failure(int row, String column, String reason) {
      return Failure.reading(meter.columns.ids().of(batch, row), column, reason);
    }

    private @Nullable String takeScores(int row) {
      if (scores.count(row) != meter.cells) {
        return "the row has " + scores.count(row) + " scores, expected " + meter.cells;
      }
      Values.Numbers values = (Values.Numbers) scores.values();
      float[] own = new float[meter.cells];
      for (int i = 0; i < own.length; i++) {
        own[i] = (float) values.getDouble(scores.from(row) + i);
        if (!Float.isFinite(own[i])) {
          return "a score is " + own[i] + ", expected a finite number";
        }
      }
      if (meter.kind == ScoreKind.LOGITS) {
        meter.metrics.task().scores(own);
      }
      for (float score : own) {
        boolean any = meter.metrics.task() == Task.NUMBER;
        if (!any && !(score >= -TOLERANCE && score <= 1 + TOLERANCE)) {
          return "a score is "
              + score
              + ", expected a probability from 0 to 1; does the module give logits?";
        }
      }
      System.arraycopy(own, 0, goodScores, count * own.length, own.length);
      return null;
    }

    private @Nullable String takeNumber(int row) {
      goodNumbers[count] = ((Values.Numbers) labels.values()).getFloat(labels.from(row));
      return null;
    }

    private @Nullable String takeLabels(int row) {
      Values.Strings texts = (Values.Strings) labels.values();
      for (int i = labels.from(row); i < labels.to(row); i++) {
        Integer number = meter.numbers.get(texts.text(i));
        if (number == null) {
          List<String> known = meter.metrics.labels();
          int more = known.size() - SHOWN_LABELS;
          return "the label '"
              + texts.text(i)
              + "' is none that the module knows: "
              + String.join(", ", known.subList(0, Math.min(known.size(), SHOWN_LABELS)))
              + (more > 0 ? " and " + more + " more" : "");
        }
        goodLabels.add(number);
      }
      return null;
    }

    /** What the metrics take. */
    List<Array> columns(int[] good) {
      List<Array> columns = new ArrayList<>();
      columns.add(
          new Array.Dense(
              List.of((long) count, (long) meter.cells),
              Values.of(Arrays.copyOf(goodScores, count * meter.cells))));
      columns.add(truth());
      if (weights != null) {
        float[] own = new float[count];
        for (int i = 0; i < count; i++) {
          own[i] = weight(good[i]);
        }
        columns.add(Array.Dense.vector(Values.of(own)));
      }
      if (meter.metrics.mistakes() > 0) {
        String[] ids = new String[count];
        Arrays.setAll(ids, i -> meter.columns.ids().of(batch, good[i]));
        columns.add(Array.Dense.vector(Values.of(ids)));
        columns.add(shown(good));
      }
      return columns;
    }

    private Array truth() {
      if (meter.metrics.task() == Task.NUMBER) {
        return Array.Dense.vector(Values.of(Arrays.copyOf(goodNumbers, count)));
      }
      Values all = Values.of(goodLabels.stream().mapToLong(Integer::longValue).toArray());
      return meter.metrics.task() == Task.LABELS
          ? Array.Ragged.of(all, Arrays.copyOf(splits, count + 1))
          : Array.Dense.vector(all);
    }

    private Array shown(int[] good) {
      String column = meter.columns.shown();
      byte[][] texts = new byte[count][];
      Arrays.fill(texts, new byte[0]);
      if (column != null) {
        RowCells cells = RowCells.of(batch.column(column));
        for (int i = 0; i < count; i++) {
          int from = cells.from(good[i]);
          if (cells.count(good[i]) > 0 && cells.values() instanceof Values.Strings strings) {
            texts[i] = strings.get(from);
          } else if (cells.count(good[i]) > 0) {
            texts[i] = String.valueOf(cells.values().get(from)).getBytes(UTF_8);
          }
        }
      }
      return Array.Dense.vector(Values.ofBytes(Arrays.asList(texts)));
    }
  }
}
