// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Conversion.ConversionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of one column for the row that a {@link BatchBuilder} is building, in order. Not
 * for several threads.
 */
public final class ColumnBuilder {

  private final String name;
  private final ValuesBuilder values;
  private final List<Long> rowShape;
  private final int width;
  private final int levels;
  private int[] rowEnds = new int[16];
  private int[] listEnds = new int[16];
  private int lists;
  private int doneLists;
  private int doneValues;

  private ColumnBuilder(String name, DType dtype, List<Long> rowShape, int levels) {
    this.name = name;
    this.values = new ValuesBuilder(dtype);
    this.rowShape = rowShape;
    this.levels = levels;
    long size = 1;
    for (long dim : rowShape) {
      size = Math.multiplyExact(size, dim);
    }
    this.width = Math.toIntExact(size);
  }

  static ColumnBuilder dense(String name, DType dtype, List<Long> rowShape) {
    return new ColumnBuilder(name, dtype, rowShape, 0);
  }

  /** A ragged column of one level (lists) or two (lists of lists), empty in the rows before. */
  static ColumnBuilder ragged(String name, DType dtype, int levels, int rowsBefore) {
    ColumnBuilder column = new ColumnBuilder(name, dtype, List.of(), levels);
    column.rowEnds = new int[rowsBefore + 16];
    return column;
  }

  /** The name of the column. */
  public String name() {
    return name;
  }

  /** The dtype of its values. */
  public DType dtype() {
    return values.dtype();
  }

  /** Adds one string, copied from a block of bytes. */
  public void addBytes(byte[] block, int from, int to) {
    values.addString(block, from, to);
  }

  /**
   * Adds one string as UTF-8.
   *
   * @throws IllegalArgumentException when it has half of a surrogate pair, which has no UTF-8
   */
  public void addText(String text) {
    byte[] utf8 = Utf8.encode(text);
    values.addString(utf8, 0, utf8.length);
  }

  /** Adds one float32. */
  public void addFloat(float value) {
    values.addFloat(value);
  }

  /** Adds float32 values. */
  public void addFloats(float... floats) {
    values.addFloats(floats);
  }

  /** Adds one int64. */
  public void addLong(long value) {
    values.addLong(value);
  }

  /** Adds one number by the bits that it has in the column's dtype. */
  void addBits(long bits) {
    values.addBits(bits);
  }

  /** Adds little-endian numbers. */
  public void addBlock(byte[] block, int from, int to) {
    values.addBlock(block, from, to);
  }

  /** Ends an inner list; only for a column of lists of lists. */
  public void endList() {
    if (levels != 2) {
      throw new IllegalStateException("column '" + name + "' has no inner lists");
    }
    if (lists + 1 >= listEnds.length) {
      listEnds = Arrays.copyOf(listEnds, listEnds.length * 2);
    }
    listEnds[lists++] = values.size();
  }

  int levels() {
    return levels;
  }

  /** How many values the row that is being built has so far. */
  int pending() {
    return values.size() - doneValues;
  }

  /** What is wrong with the row that this dense column builds: it takes a fixed number; or null. */
  @Nullable String fault() {
    return pending() == width
        ? null
        : "column '" + name + "' takes " + width + " values a row, not " + pending();
  }

  /**
   * Adds the values of the row that is being built here to another column, in its type.
   *
   * @throws ConversionException when its type does not take one of them
   */
  void convertTo(ColumnBuilder column) throws ConversionException {
    values.convertTo(column, doneValues);
  }

  void endRow(int row) {
    if (levels > 0) {
      if (row >= rowEnds.length) {
        rowEnds = Arrays.copyOf(rowEnds, rowEnds.length * 2);
      }
      rowEnds[row] = levels == 1 ? values.size() : lists;
    }
    doneValues = values.size();
    doneLists = lists;
  }

  void dropRow() {
    values.truncate(doneValues);
    lists = doneLists;
  }

  long byteSize() {
    return values.byteSize();
  }

  /** The finished rows; they are forgotten here. The row that is being built stays. */
  Array take(int rows) {
    int count = doneValues;
    Values taken = values.take(count);
    doneValues = 0;
    if (levels == 0) {
      List<Long> dims = new ArrayList<>(rowShape);
      dims.add(0, (long) rows);
      return new Array.Dense(dims, taken);
    }
    List<int[]> splits = new ArrayList<>();
    splits.add(splits(rowEnds, rows));
    if (levels == 2) {
      splits.add(splits(listEnds, doneLists));
      for (int i = doneLists; i < lists; i++) {
        listEnds[i - doneLists] = listEnds[i] - count;
      }
      lists -= doneLists;
      doneLists = 0;
    }
    return new Array.Ragged(taken, splits, List.of());
  }

  private static int[] splits(int[] ends, int count) {
    int[] splits = new int[count + 1];
    System.arraycopy(ends, 0, splits, 1, count);
    return splits;
  }
}
