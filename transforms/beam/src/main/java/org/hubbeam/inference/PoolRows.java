// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Values;
import org.hubbeam.files.StandardColumns;
import org.jspecify.annotations.Nullable;

/**
 * Combines rows with the same key into one, for example all windows of a clip: the key, {@code
 * start_seconds} and {@code end_seconds} (the minimum and the maximum, if all rows have them),
 * {@code windows} (int64, the number of rows) and the pooled column, float32 in its own shape.
 * Other columns are left out.
 *
 * <p>Rows of a key may be anywhere in the collection; each Beam window is pooled by itself. Results
 * come in no order, in batches of up to 1024 rows. A NaN makes its mean and maximum NaN.
 */
public final class PoolRows extends PTransform<PCollection<Batch>, PCollection<Batch>> {
  private static final long serialVersionUID = 1;

  static final String WINDOWS = "windows";

  private final Settings settings;

  /** What becomes of the values of several rows. */
  enum Pooling {
    MEAN,
    MAX
  }

  /**
   * What is pooled.
   *
   * @param column dense numbers
   * @param key a column of strings, one in each row
   */
  record Settings(Pooling pooling, String column, String key) implements Serializable {}

  private PoolRows(Settings settings) {
    this.settings = settings;
  }

  /** The mean of a column of dense numbers, over the rows with the same {@code file}. */
  public static PoolRows mean(String column) {
    return new PoolRows(new Settings(Pooling.MEAN, column, StandardColumns.FILE));
  }

  /** The greatest values of a column of dense numbers, over the rows with the same {@code file}. */
  public static PoolRows max(String column) {
    return new PoolRows(new Settings(Pooling.MAX, column, StandardColumns.FILE));
  }

  /** With rows that have the same value in another column of strings. */
  public PoolRows withKeyColumn(String column) {
    return new PoolRows(new Settings(settings.pooling, settings.column, column));
  }

  @Override
  public PCollection<Batch> expand(PCollection<Batch> batches) {
    return batches
        .apply("Rows", ParDo.of(new RowsFn(settings)))
        .setCoder(KvCoder.of(ByteArrayCoder.of(), new PooledRow.RowCoder(settings.pooling)))
        .apply("Pool", Combine.perKey(new Merge(settings.pooling)))
        .apply("Batches", ParDo.of(new PooledBatchesFn(settings)))
        .setCoder(batches.getCoder());
  }

  /** Batches into rows of keys. */
  private static final class RowsFn extends DoFn<Batch, KV<byte[], PooledRow>> {
    private static final long serialVersionUID = 1;
    private final Settings settings;

    RowsFn(Settings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element Batch batch, OutputReceiver<KV<byte[], PooledRow>> out) {
      Values.Strings keys = keys(batch);
      Array.Dense column = column(batch);
      Values.Numbers numbers = (Values.Numbers) column.values();
      List<Long> dims = column.dims().subList(1, column.dims().size());
      int width = column.rowSize();
      float[] starts = times(batch, StandardColumns.START_SECONDS);
      float[] ends = times(batch, StandardColumns.END_SECONDS);
      for (int row = 0; row < batch.rows(); row++) {
        double[] values = new double[width];
        for (int i = 0; i < width; i++) {
          values[i] = numbers.getDouble(row * width + i);
        }
        out.output(
            KV.of(
                keys.get(row),
                PooledRow.of(settings.pooling, dims, values, starts[row], ends[row])));
      }
    }

    private Values.Strings keys(Batch batch) {
      Array keys = batch.column(settings.key).squeezed();
      if (keys.dtype() != DType.STRING || keys.layout() != Layout.DENSE || keys.dims().size() > 1) {
        throw new IllegalArgumentException(
            "a key is one string in each row, not " + keys.spec(settings.key));
      }
      return (Values.Strings) keys.values();
    }

    private Array.Dense column(Batch batch) {
      Array column = batch.column(settings.column);
      if (column.dtype() == DType.STRING || !(column instanceof Array.Dense dense)) {
        throw new IllegalArgumentException(
            "what is pooled must be dense numbers, not " + column.spec(settings.column));
      }
      return dense;
    }

    private static float[] times(Batch batch, String name) {
      float[] none = new float[batch.rows()];
      Arrays.fill(none, Float.NaN);
      Map<String, Array> columns = batch.columns();
      boolean both =
          isTime(columns.get(StandardColumns.START_SECONDS))
              && isTime(columns.get(StandardColumns.END_SECONDS));
      return both ? ((Values.Numbers) batch.column(name).values()).toFloats() : none;
    }

    private static boolean isTime(@Nullable Array column) {
      return column != null
          && column.dtype() == DType.FLOAT32
          && column.layout() == Layout.DENSE
          && column.dims().size() == 1;
    }
  }

  /** The rows of a key become one. */
  static final class Merge extends Combine.CombineFn<PooledRow, List<PooledRow>, PooledRow> {
    private static final long serialVersionUID = 1;
    private final Pooling pooling;

    Merge(Pooling pooling) {
      this.pooling = pooling;
    }

    @Override
    public List<PooledRow> createAccumulator() {
      return new ArrayList<>(1);
    }

    @Override
    public List<PooledRow> addInput(List<PooledRow> accumulator, PooledRow row) {
      if (accumulator.isEmpty()) {
        accumulator.add(row.copy());
      } else {
        accumulator.get(0).merge(row);
      }
      return accumulator;
    }

    @Override
    public List<PooledRow> mergeAccumulators(Iterable<List<PooledRow>> accumulators) {
      List<PooledRow> merged = createAccumulator();
      for (List<PooledRow> accumulator : accumulators) {
        accumulator.forEach(row -> addInput(merged, row));
      }
      return merged;
    }

    @Override
    public PooledRow extractOutput(List<PooledRow> accumulator) {
      return accumulator.get(0);
    }

    @Override
    public Coder<List<PooledRow>> getAccumulatorCoder(
        CoderRegistry registry, Coder<PooledRow> input) {
      return org.apache.beam.sdk.coders.ListCoder.of(new PooledRow.RowCoder(pooling));
    }

    @Override
    public Coder<PooledRow> getDefaultOutputCoder(CoderRegistry registry, Coder<PooledRow> input) {
      return new PooledRow.RowCoder(pooling);
    }
  }
}
