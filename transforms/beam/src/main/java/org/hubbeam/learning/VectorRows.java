// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * Makes of texts to which a module has given vectors the rows that an encoder learns from. Rows
 * whose vectors are zeros, or have NaN or an infinity, are failures.
 */
public final class VectorRows extends PTransform<PCollection<Batch>, SiftedRows> {
  private static final long serialVersionUID = 1;

  private final String column;

  private VectorRows(String column) {
    this.column = column;
  }

  /** Takes the vectors in this column. */
  public static VectorRows of(String column) {
    return new VectorRows(column);
  }

  @Override
  public SiftedRows expand(PCollection<Batch> batches) {
    return SiftedRows.of(batches, new VectorFn(column));
  }

  private static final class VectorFn extends DoFn<Batch, Batch> {
    private static final long serialVersionUID = 1;
    private final String column;

    VectorFn(String column) {
      this.column = column;
    }

    @ProcessElement
    public void process(@Element Batch batch, MultiOutputReceiver out) {
      if (batch.rows() == 0) {
        return;
      }
      RowCells cells = RowCells.of(batch.column(column));
      Values.Numbers numbers = (Values.Numbers) cells.values();
      Values.Strings ids = (Values.Strings) batch.column(TextRows.ID).values();
      int width = cells.count(0);
      int[] good = new int[batch.rows()];
      float[] vectors = new float[batch.rows() * width];
      int count = 0;
      for (int row = 0; row < batch.rows(); row++) {
        double squares = 0;
        boolean fits = cells.count(row) == width;
        for (int i = 0; i < width && fits; i++) {
          float value = (float) numbers.getDouble(cells.from(row) + i);
          vectors[count * width + i] = value;
          squares += (double) value * value;
        }
        if (fits && squares > 0 && squares < Double.POSITIVE_INFINITY) {
          good[count++] = row;
        } else {
          out.get(SiftedRows.FAILURES)
              .output(Failure.reading(ids.text(row), TextRows.FIRST, fault(fits, squares)));
        }
      }
      if (count > 0) {
        Batch kept = batch.select(Arrays.copyOf(good, count));
        Map<String, Array> columns = new LinkedHashMap<>();
        columns.put(TextRows.FIRST, kept.column(TextRows.FIRST));
        columns.put(TextRows.ID, kept.column(TextRows.ID));
        columns.put(
            FeatureColumns.VECTOR,
            Array.Dense.rows(
                count, Shape.of(width), Values.of(Arrays.copyOf(vectors, count * width))));
        out.get(SiftedRows.BATCHES).output(new Batch(count, columns, kept.origin()));
      }
    }

    private static String fault(boolean fits, double squares) {
      return !fits
          ? "its vector has another length than others"
          : squares == 0 ? "its vector is zeros" : "its vector has NaN or an infinity";
    }
  }
}
