// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.CustomCoder;
import org.hubbeam.batch.Shape;
import org.hubbeam.reducer.Encoding;

/**
 * What is known of the rows of one key: how many they are, their sum or greatest values, and their
 * time. Mean and maximum do not depend on the order in which rows are added and merged, but for the
 * last bits of sums of doubles.
 */
final class PooledRow {

  private final PoolRows.Pooling pooling;
  private final List<Long> dims;
  private final double[] values;
  private long rows;
  private float start;
  private float end;

  private PooledRow(
      PoolRows.Pooling pooling,
      List<Long> dims,
      double[] values,
      long rows,
      float start,
      float end) {
    this.pooling = pooling;
    this.dims = dims;
    this.values = values;
    this.rows = rows;
    this.start = start;
    this.end = end;
  }

  /**
   * One row.
   *
   * @param dims the shape of its values; the array of values is kept
   * @param start in seconds; NaN where it has no time
   * @param end likewise
   */
  static PooledRow of(
      PoolRows.Pooling pooling, List<Long> dims, double[] values, float start, float end) {
    return new PooledRow(pooling, dims, values, 1, start, end);
  }

  PooledRow copy() {
    return new PooledRow(pooling, dims, values.clone(), rows, start, end);
  }

  /**
   * Adds the rows of another.
   *
   * @throws IllegalArgumentException when their values have another shape
   */
  void merge(PooledRow other) {
    if (!dims.equals(other.dims)) {
      throw new IllegalArgumentException(
          "rows of one key have the shapes " + new Shape(dims) + " and " + new Shape(other.dims));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          pooling == PoolRows.Pooling.MEAN
              ? values[i] + other.values[i]
              : Math.max(values[i], other.values[i]);
    }
    rows += other.rows;
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
  }

  List<Long> dims() {
    return dims;
  }

  long rows() {
    return rows;
  }

  float start() {
    return start;
  }

  float end() {
    return end;
  }

  boolean hasTime() {
    return !Float.isNaN(start);
  }

  /** Adds the mean or the greatest values to an array, from this place on. */
  void result(float[] into, int at) {
    for (int i = 0; i < values.length; i++) {
      into[at + i] = (float) (pooling == PoolRows.Pooling.MEAN ? values[i] / rows : values[i]);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PooledRow p
        && p.pooling == pooling
        && p.dims.equals(dims)
        && p.rows == rows
        && Float.compare(p.start, start) == 0
        && Float.compare(p.end, end) == 0
        && Arrays.equals(p.values, values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Long.hashCode(rows);
  }

  /** Moves rows that are pooled in one way. */
  static final class RowCoder extends CustomCoder<PooledRow> {
    private static final long serialVersionUID = 1;

    private final PoolRows.Pooling pooling;

    RowCoder(PoolRows.Pooling pooling) {
      this.pooling = pooling;
    }

    @Override
    public void encode(PooledRow row, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(row.dims.size());
      for (long dim : row.dims) {
        data.writeLong(dim);
      }
      Encoding.writeDoubles(data, row.values, row.values.length);
      data.writeLong(row.rows);
      data.writeFloat(row.start);
      data.writeFloat(row.end);
      data.flush();
    }

    @Override
    public PooledRow decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      List<Long> dims = new ArrayList<>();
      long size = 1;
      for (int i = data.readInt(); i > 0; i--) {
        dims.add(data.readLong());
        size *= dims.get(dims.size() - 1);
      }
      double[] values = Encoding.readDoubles(data, Math.toIntExact(size));
      return new PooledRow(
          pooling, List.copyOf(dims), values, data.readLong(), data.readFloat(), data.readFloat());
    }

    @Override
    public boolean consistentWithEquals() {
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RowCoder c && c.pooling == pooling;
    }

    @Override
    public int hashCode() {
      return pooling.hashCode();
    }
  }
}
