// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.RowIds;
import org.hubbeam.training.InputCollector;
import org.jspecify.annotations.Nullable;

/**
 * Makes of rows that {@link LabelRows} has labelled the rows that a module is trained on: what the
 * module takes, label, weight, hash, and what is shown of them. Rows with NaN or an infinity among
 * their inputs are failures.
 */
public final class JoinInputs extends PTransform<PCollection<Batch>, SiftedRows> {
  private static final long serialVersionUID = 1;

  private final Settings settings;

  /**
   * What becomes what.
   *
   * @param inputs the columns of the inputs
   * @param shown the column that is shown; null for none
   */
  private record Settings(LinkedHashMap<String, String> inputs, @Nullable String shown, RowIds ids)
      implements Serializable {}

  private JoinInputs(Settings settings) {
    this.settings = settings;
  }

  /** Takes these columns for inputs, by the names of these. */
  public static JoinInputs of(Map<String, String> inputs) {
    return new JoinInputs(new Settings(new LinkedHashMap<>(inputs), null, new RowIds(null)));
  }

  /** Shows this column of texts; where it is a list, its first one. */
  public JoinInputs withShown(String column) {
    return new JoinInputs(new Settings(settings.inputs, column, settings.ids));
  }

  /** With failures named by this column's value, instead of by file and offset. */
  public JoinInputs withIdColumn(String column) {
    return new JoinInputs(new Settings(settings.inputs, settings.shown, new RowIds(column)));
  }

  @Override
  public SiftedRows expand(PCollection<Batch> batches) {
    return SiftedRows.of(batches, new JoinFn(settings));
  }

  private static final class JoinFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final Settings settings;

    JoinFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      List<String> floating = new ArrayList<>();
      for (String column : settings.inputs.values()) {
        if (batch.column(column).dtype().isFloating()) {
          floating.add(column);
        }
      }
      int[] good = new int[batch.rows()];
      int count = 0;
      Map<String, RowCells> cells = new LinkedHashMap<>();
      floating.forEach(column -> cells.put(column, RowCells.of(batch.column(column))));
      for (int row = 0; row < batch.rows(); row++) {
        Failure failure = failure(batch, cells, row);
        if (failure == null) {
          good[count++] = row;
        } else {
          out.get(SiftedRows.FAILURES).output(failure);
        }
      }
      if (count > 0) {
        Batch kept = count == batch.rows() ? batch : batch.select(Arrays.copyOf(good, count));
        out.get(SiftedRows.BATCHES).output(joined(kept));
      }
    }

    private @Nullable Failure failure(Batch batch, Map<String, RowCells> cells, int row) {
      for (Map.Entry<String, RowCells> column : cells.entrySet()) {
        RowCells values = column.getValue();
        Values.Numbers numbers = (Values.Numbers) values.values();
        for (int i = values.from(row); i < values.to(row); i++) {
          if (!Double.isFinite(numbers.getDouble(i))) {
            return Failure.reading(
                settings.ids.of(batch, row),
                column.getKey(),
                "the row has " + numbers.getDouble(i) + ", expected finite numbers");
          }
        }
      }
      return null;
    }

    private Batch joined(Batch batch) {
      Map<String, Array> columns = new LinkedHashMap<>();
      settings.inputs.forEach(
          (input, column) -> columns.put(InputCollector.INPUT + input, batch.column(column)));
      JoinFeatures.addMarks(batch, settings.ids, settings.shown, columns);
      return new Batch(batch.rows(), columns, batch.origin());
    }
  }
}
