// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;

/**
 * Adds to rows what training needs beside their features: label, weight, and a hash of the row as
 * it is here. Rows without a label that can be learnt, or with a weight that is no number of 0 or
 * more, are failures. To be applied to rows as they were read; {@link JoinFeatures} comes behind
 * the modules.
 */
public final class LabelRows extends PTransform<PCollection<Batch>, SiftedRows> {
  private static final long serialVersionUID = 1;

  private final Labels labels;
  private final RowIds ids;

  private LabelRows(Labels labels, RowIds ids) {
    this.labels = labels;
    this.ids = ids;
  }

  /** Takes these labels. */
  public static LabelRows of(Labels labels) {
    return new LabelRows(labels, new RowIds(null));
  }

  /** With failures named by this column's value, instead of by file and offset. */
  public LabelRows withIdColumn(String column) {
    return new LabelRows(labels, new RowIds(column));
  }

  @Override
  public SiftedRows expand(PCollection<Batch> batches) {
    return SiftedRows.of(batches, new LabelFn(labels, ids));
  }

  private static final class LabelFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Labels labels;
    private final RowIds ids;

    LabelFn(Labels labels, RowIds ids) {
      this.labels = labels;
      this.ids = ids;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      if (batch.rows() == 0) {
        return;
      }
      for (String column :
          labels.weights() == null
              ? List.of(labels.column())
              : List.of(labels.column(), labels.weights())) {
        if (!batch.columns().containsKey(column)) {
          String reason = "there is no such column; there are " + batch.columns().keySet();
          for (int row = 0; row < batch.rows(); row++) {
            out.get(SiftedRows.FAILURES)
                .output(Failure.reading(ids.of(batch, row), column, reason));
          }
          return;
        }
      }
      Labelled labelled = new Labelled(batch, labels);
      int[] good = new int[batch.rows()];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        Failure failure = labelled.add(row, ids);
        if (failure == null) {
          good[count++] = row;
        } else {
          out.get(SiftedRows.FAILURES).output(failure);
        }
      }
      if (count > 0) {
        Batch kept = count == batch.rows() ? batch : batch.select(Arrays.copyOf(good, count));
        out.get(SiftedRows.BATCHES).output(labelled.on(kept));
      }
    }
  }

  /** What rows get. */
  private static final class Labelled {
    private final Labels labels;
    private final Batch batch;
    private final LabelCells cells;
    private final @Nullable RowCells weightCells;
    private final RowHash hash;
    private final List<List<String>> classes = new ArrayList<>();
    private final float[] numbers;
    private final float[] weights;
    private final long[] hashes;
    private int count;

    Labelled(Batch batch, Labels labels) {
      this.labels = labels;
      this.batch = batch;
      cells = new LabelCells(labels, batch);
      weightCells = labels.weights() == null ? null : RowCells.of(batch.column(labels.weights()));
      hash = new RowHash(batch);
      numbers = new float[batch.rows()];
      weights = new float[batch.rows()];
      hashes = new long[batch.rows()];
    }

    /** Adds a row, or tells why it cannot be learnt from. */
    @Nullable Failure add(int row, RowIds ids) {
      String column = labels.column();
      try {
        if (labels.task() == Task.NUMBER) {
          numbers[count] = cells.number(row);
        } else {
          classes.add(cells.classes(row));
        }
        column = String.valueOf(labels.weights());
        weights[count] = LabelCells.weight(weightCells, row);
      } catch (LabelCells.NoLabelException e) {
        while (classes.size() > count) {
          classes.remove(count);
        }
        return Failure.reading(ids.of(batch, row), column, e.reason());
      }
      hashes[count++] = hash.of(row);
      return null;
    }

    Batch on(Batch kept) {
      Batch with =
          kept.with(FeatureColumns.inner(FeatureColumns.LABEL), labelColumn())
              .with(
                  FeatureColumns.inner(FeatureColumns.HASH),
                  Array.Dense.vector(Values.of(Arrays.copyOf(hashes, count))));
      return weightCells == null
          ? with
          : with.with(
              FeatureColumns.inner(FeatureColumns.WEIGHT),
              Array.Dense.vector(Values.of(Arrays.copyOf(weights, count))));
    }

    private Array labelColumn() {
      if (labels.task() == Task.NUMBER) {
        return Array.Dense.vector(Values.of(Arrays.copyOf(numbers, count)));
      }
      Values all = Values.of(classes.stream().flatMap(List::stream).toArray(String[]::new));
      if (labels.task() != Task.LABELS) {
        return Array.Dense.vector(all);
      }
      int[] splits = new int[count + 1];
      for (int i = 0; i < count; i++) {
        splits[i + 1] = splits[i] + classes.get(i).size();
      }
      return Array.Ragged.of(all, splits);
    }
  }
}
