// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Makes of texts to which a module has given vectors the rows that an encoder learns from. Rows
 * whose vectors are zeros, or have NaN or an infinity, are failures.
 */
public final class VectorRows extends PTransform<PCollection<Batch>, VectorRows.Result> {
  private static final long serialVersionUID = 1;

  private static final TupleTag<Batch> BATCHES = new TupleTag<>("batches") {};
  private static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private final String column;

  private VectorRows(String column) {
    this.column = column;
  }

  /** Takes the vectors in this column. */
  public static VectorRows of(String column) {
    return new VectorRows(column);
  }

  @Override
  public Result expand(PCollection<Batch> batches) {
    PCollectionTuple both =
        batches.apply(
            ParDo.of(new VectorFn(column)).withOutputTags(BATCHES, TupleTagList.of(FAILURES)));
    return new Result(both.get(BATCHES).setCoder(batches.getCoder()), both.get(FAILURES));
  }

  /** The rows with vectors, and the others. */
  public static final class Result extends ResultWithFailures<Batch> {
    private Result(PCollection<Batch> batches, PCollection<Failure> failures) {
      super(batches, failures);
    }

    /** The rows with vectors. */
    public PCollection<Batch> batches() {
      return output();
    }
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
          out.get(FAILURES)
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
        out.get(BATCHES).output(new Batch(count, columns, kept.origin()));
      }
    }

    private static String fault(boolean fits, double squares) {
      return !fits
          ? "its vector has another length than others"
          : squares == 0 ? "its vector is zeros" : "its vector has NaN or an infinity";
    }
  }
}
