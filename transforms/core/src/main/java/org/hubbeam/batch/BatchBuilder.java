// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds batches row by row without an object per row. Values go directly into the arrays of the
 * columns.
 *
 * <pre>{@code
 * BatchBuilder builder = new BatchBuilder("lines.txt");
 * ColumnBuilder text = builder.dense("text", DType.STRING);
 * text.addText("one");
 * builder.endRow(0);
 * Batch batch = builder.build();
 * }</pre>
 *
 * <p>Not for several threads.
 */
public final class BatchBuilder {

  private final String source;
  private final Map<String, ColumnBuilder> columns = new LinkedHashMap<>();
  private ColumnBuilder[] all = {};
  private ColumnBuilder[] dense = {};
  private long[] records = new long[16];
  private int rows;

  /**
   * @param source where the rows come from, for {@link Batch.Origin}; may be empty
   */
  public BatchBuilder(String source) {
    this.source = source;
  }

  /**
   * Adds a column whose rows all have this shape; without dimensions, one value per row. Only
   * before the first row.
   */
  public ColumnBuilder dense(String name, DType dtype, long... rowShape) {
    if (rows > 0) {
      throw new IllegalStateException("column '" + name + "' would lack its first rows");
    }
    return add(ColumnBuilder.dense(name, dtype, Arrays.stream(rowShape).boxed().toList()));
  }

  /**
   * Adds a column of lists. A column added later has empty lists in earlier rows. Not while a row
   * is being built.
   */
  public ColumnBuilder ragged(String name, DType dtype) {
    return add(ColumnBuilder.ragged(name, dtype, 1, rows));
  }

  /** Adds a column of lists of lists, see {@link ColumnBuilder#endList}. */
  public ColumnBuilder nested(String name, DType dtype) {
    return add(ColumnBuilder.ragged(name, dtype, 2, rows));
  }

  private ColumnBuilder add(ColumnBuilder column) {
    if (columns.putIfAbsent(column.name(), column) != null) {
      throw new IllegalArgumentException("there is a column '" + column.name() + "' already");
    }
    all = with(all, column);
    dense = column.levels() == 0 ? with(dense, column) : dense;
    return column;
  }

  private static ColumnBuilder[] with(ColumnBuilder[] columns, ColumnBuilder column) {
    ColumnBuilder[] more = Arrays.copyOf(columns, columns.length + 1);
    more[columns.length] = column;
    return more;
  }

  /**
   * Ends the current row.
   *
   * @param record the position of the row in its source
   * @throws IllegalStateException if a dense column has the wrong number of values
   */
  public void endRow(long record) {
    for (ColumnBuilder column : dense) {
      String fault = column.fault();
      if (fault != null) {
        throw new IllegalStateException(fault);
      }
    }
    if (rows == records.length) {
      records = Arrays.copyOf(records, rows * 2);
    }
    for (ColumnBuilder column : all) {
      column.endRow(rows);
    }
    records[rows++] = record;
  }

  /** Drops the values of the current row. */
  public void dropRow() {
    for (ColumnBuilder column : all) {
      column.dropRow();
    }
  }

  /** The number of finished rows. */
  public int rows() {
    return rows;
  }

  /** The size of all values so far in bytes, including the current row. */
  public long byteSize() {
    long size = 0;
    for (ColumnBuilder column : all) {
      size += column.byteSize();
    }
    return size;
  }

  /** Returns the finished rows as a batch and starts a new one. The current row is kept. */
  public Batch build() {
    Map<String, Array> arrays = new LinkedHashMap<>();
    columns.forEach((name, column) -> arrays.put(name, column.take(rows)));
    Batch batch = new Batch(rows, arrays, new Batch.Origin(source, Arrays.copyOf(records, rows)));
    rows = 0;
    return batch;
  }
}
