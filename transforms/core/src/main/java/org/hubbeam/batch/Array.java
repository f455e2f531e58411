// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An array: values with a shape. Modules take and return arrays, and a {@link Batch} has them as
 * columns. Its outermost dimension is the row. Not to be changed after construction; threads may
 * share it.
 */
public sealed interface Array extends Serializable permits Array.Dense, Array.Ragged, Array.Sparse {

  /** The values, flat and row-major. */
  Values values();

  /** The dimensions, outermost first; -1 where rows differ (ragged). */
  List<Long> dims();

  /** The rows {@code from} (included) to {@code to} (excluded). */
  Array slice(int from, int to);

  /** The rows with these indices, in this order. */
  Array select(int[] rows);

  /** The type of the values. */
  default DType dtype() {
    return values().dtype();
  }

  /**
   * The size of the outermost dimension.
   *
   * @throws IllegalStateException for a scalar, which has no rows
   */
  default int rows() {
    if (dims().isEmpty()) {
      throw new IllegalStateException("a scalar has no rows");
    }
    return Math.toIntExact(dims().get(0));
  }

  /** The name, dtype, shape and layout of this array. */
  default ArraySpec spec(String name) {
    return new ArraySpec(name, dtype(), new Shape(dims()), layout());
  }

  /** The layout. */
  Layout layout();

  /**
   * Converts a ragged array with exactly one value in every row to a vector. Any other array, or
   * one without rows, is returned unchanged.
   */
  default Array squeezed() {
    return this;
  }

  /**
   * Converts a two-dimensional sparse array to lists. Any other array is returned unchanged.
   *
   * @throws IllegalStateException when the values of a row are not its first ones
   */
  default Array lists() {
    return this;
  }

  /** Every row has the same shape. */
  record Dense(List<Long> dims, Values values) implements Array {
    public Dense {
      dims = List.copyOf(dims);
      long size = 1;
      boolean negative = false;
      for (long dim : dims) {
        size = Math.multiplyExact(size, dim);
        negative |= dim < 0;
      }
      if (size != values.size() || negative) {
        throw new IllegalArgumentException(
            values.size() + " values do not fill the shape " + new Shape(dims));
      }
    }

    /** An array of rank 1: one value per row. */
    public static Dense vector(Values values) {
      return new Dense(List.of((long) values.size()), values);
    }

    /** Rows of one shape, of which every dimension is known. */
    public static Dense rows(int count, Shape row, Values values) {
      List<Long> dims = new ArrayList<>(row.dims());
      dims.add(0, (long) count);
      return new Dense(dims, values);
    }

    /** An array of rank 0. */
    public static Dense scalar(Values values) {
      return new Dense(List.of(), values);
    }

    /** The number of values in a row. */
    public int rowSize() {
      long size = 1;
      for (long dim : dims.subList(1, dims.size())) {
        size *= dim;
      }
      return Math.toIntExact(size);
    }

    @Override
    public Dense slice(int from, int to) {
      List<Long> cut = new ArrayList<>(dims);
      cut.set(0, (long) to - from);
      int width = rowSize();
      return new Dense(cut, values.slice(from * width, to * width));
    }

    @Override
    public Dense select(int[] rows) {
      List<Long> cut = new ArrayList<>(dims);
      cut.set(0, (long) rows.length);
      int width = rowSize();
      int[] starts = new int[rows.length];
      int[] ends = new int[rows.length];
      for (int i = 0; i < rows.length; i++) {
        starts[i] = rows[i] * width;
        ends[i] = starts[i] + width;
      }
      return new Dense(cut, Gather.runs(values, starts, ends));
    }

    @Override
    public Layout layout() {
      return Layout.DENSE;
    }
  }

  /**
   * Rows of different lengths, as TensorFlow's RaggedTensor: {@code rowSplits.get(0)} cuts the next
   * level (or the values) into rows, and so on inwards. The innermost runs may have a fixed shape.
   *
   * @param rowSplits one per ragged dimension, outermost first; each begins with 0, never falls,
   *     and ends with the length of what it cuts
   * @param inner the fixed dimensions of one value inside the innermost ragged dimension; empty for
   *     plain values
   */
  record Ragged(Values values, List<int[]> rowSplits, List<Long> inner) implements Array {
    public Ragged {
      rowSplits = List.copyOf(rowSplits);
      inner = List.copyOf(inner);
      if (rowSplits.isEmpty()) {
        throw new IllegalArgumentException("a ragged array needs row splits");
      }
      int width = innerSize(inner);
      for (int level = 0; level < rowSplits.size(); level++) {
        int[] splits = rowSplits.get(level);
        if (splits.length == 0 || splits[0] != 0) {
          throw new IllegalArgumentException("row splits must begin with 0");
        }
        for (int i = 1; i < splits.length; i++) {
          if (splits[i] < splits[i - 1]) {
            throw new IllegalArgumentException("row splits fall at " + i);
          }
        }
        int end = splits[splits.length - 1];
        boolean fits =
            level + 1 < rowSplits.size()
                ? end == rowSplits.get(level + 1).length - 1
                : (long) end * width == values.size();
        if (!fits) {
          throw new IllegalArgumentException(
              "row splits of level " + level + " end with " + end + ", which is not what they cut");
        }
      }
    }

    /** One ragged dimension over plain values. */
    public static Ragged of(Values values, int[] rowSplits) {
      return new Ragged(values, List.of(rowSplits), List.of());
    }

    @Override
    public List<Long> dims() {
      List<Long> dims = new ArrayList<>();
      dims.add((long) rowSplits.get(0).length - 1);
      for (int i = 0; i < rowSplits.size(); i++) {
        dims.add(-1L);
      }
      dims.addAll(inner);
      return List.copyOf(dims);
    }

    /**
     * Converts plain lists to a sparse array: the values of a row are its first ones, and the
     * second dimension is the length of the longest row.
     *
     * @throws IllegalStateException when this has more than one ragged dimension, or inner ones
     */
    public Sparse toSparse() {
      return Lists.sparse(this);
    }

    /** The number of values in one element of the innermost ragged dimension. */
    public int innerSize() {
      return innerSize(inner);
    }

    private static int innerSize(List<Long> inner) {
      long size = 1;
      for (long dim : inner) {
        size = Math.multiplyExact(size, dim);
      }
      return Math.toIntExact(size);
    }

    @Override
    public Array squeezed() {
      int[] splits = rowSplits.get(0);
      if (rowSplits.size() > 1 || !inner.isEmpty() || splits.length == 1) {
        return this;
      }
      for (int i = 0; i < splits.length; i++) {
        if (splits[i] != i) {
          return this;
        }
      }
      return Dense.vector(values);
    }

    @Override
    public Ragged slice(int from, int to) {
      int[] rows = new int[to - from];
      Arrays.setAll(rows, i -> from + i);
      return select(rows);
    }

    @Override
    public Ragged select(int[] rows) {
      return Gather.rows(this, rows);
    }

    @Override
    public Layout layout() {
      return Layout.RAGGED;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Ragged r
          && r.values.equals(values)
          && r.inner.equals(inner)
          && Arrays.deepEquals(r.rowSplits.toArray(), rowSplits.toArray());
    }

    @Override
    public int hashCode() {
      return 31 * values.hashCode() + Arrays.deepHashCode(rowSplits.toArray());
    }
  }

  /**
   * A sparse array, like TensorFlow's SparseTensor.
   *
   * @param indices the position of each value, {@code dims.size()} numbers a value, row-major order
   */
  record Sparse(List<Long> dims, long[] indices, Values values) implements Array {
    public Sparse {
      dims = List.copyOf(dims);
      if (indices.length != (long) values.size() * dims.size()) {
        throw new IllegalArgumentException(
            indices.length
                + " indices do not place "
                + values.size()
                + " values in "
                + dims.size()
                + " dimensions");
      }
      for (int i = 0; i < indices.length; i++) {
        if (indices[i] < 0 || indices[i] >= dims.get(i % dims.size())) {
          throw new IllegalArgumentException(
              "index " + indices[i] + " is outside of the shape " + new Shape(dims));
        }
      }
    }

    /**
     * The values of each row as a list; the second dimension, which may be larger than the longest
     * row, is lost.
     *
     * @throws IllegalStateException when this has not two dimensions, or the values of a row are
     *     not the first ones of it in their order
     */
    public Ragged toRagged() {
      return Lists.ragged(this);
    }

    /**
     * The same values where rows have at least this many places; a negative width changes nothing.
     *
     * @throws IllegalStateException when this has not two dimensions
     */
    public Sparse widened(long width) {
      if (dims.size() != 2) {
        throw new IllegalStateException(
            "an array of the shape " + new Shape(dims) + " has no width");
      }
      return width <= dims.get(1) ? this : new Sparse(List.of(dims.get(0), width), indices, values);
    }

    @Override
    public Array lists() {
      return dims.size() == 2 ? toRagged() : this;
    }

    @Override
    public Sparse slice(int from, int to) {
      int[] rows = new int[to - from];
      Arrays.setAll(rows, i -> from + i);
      return select(rows);
    }

    @Override
    public Sparse select(int[] rows) {
      return Gather.rows(this, rows);
    }

    @Override
    public Layout layout() {
      return Layout.SPARSE;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sparse s
          && s.dims.equals(dims)
          && Arrays.equals(s.indices, indices)
          && s.values.equals(values);
    }

    @Override
    public int hashCode() {
      return 31 * values.hashCode() + Arrays.hashCode(indices);
    }
  }
}
