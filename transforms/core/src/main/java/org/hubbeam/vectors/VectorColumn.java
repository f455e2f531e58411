// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/**
 * A column whose last dimension are vectors.
 *
 * @param outer the column without its values and last dimension
 * @param width the length of the vectors
 * @param values the vectors, one behind the other
 */
record VectorColumn(Outer outer, int width, float[] values) {

  /**
   * The dimensions before the last.
   *
   * @param dims those that all rows share: all for a dense column, those inside the lists for a
   *     ragged one
   * @param splits of a ragged column; empty for a dense one
   */
  record Outer(List<Long> dims, List<int[]> splits) {

    /** A column of this structure with so many values at each place. */
    Array with(Values values, int width) {
      List<Long> whole = new ArrayList<>(dims);
      whole.add((long) width);
      return array(values, whole);
    }

    /** A column of this structure with one value at each place. */
    Array with(Values values) {
      return array(values, dims);
    }

    private Array array(Values values, List<Long> whole) {
      return splits.isEmpty()
          ? new Array.Dense(whole, values)
          : new Array.Ragged(values, splits, whole);
    }
  }

  /**
   * The vectors of a column of numbers, as float32.
   *
   * @throws IllegalArgumentException when they have not one length
   */
  static VectorColumn of(String name, Array array) {
    if (!(array.values() instanceof Values.Numbers numbers) || array.dtype() == DType.BOOL) {
      throw new IllegalArgumentException("expected vectors of numbers, found " + array.spec(name));
    }
    List<Long> dims = List.of();
    List<int[]> splits = List.of();
    if (array instanceof Array.Dense dense) {
      dims = dense.dims().size() < 2 ? List.of() : dense.dims();
    } else if (array instanceof Array.Ragged ragged) {
      dims = ragged.inner();
      splits = ragged.rowSplits();
    }
    if (dims.isEmpty()) {
      throw new IllegalArgumentException(
          "expected vectors of one length, found " + array.spec(name));
    }
    int last = dims.size() - 1;
    return new VectorColumn(
        new Outer(dims.subList(0, last), splits), Math.toIntExact(dims.get(last)), floats(numbers));
  }

  private static float[] floats(Values.Numbers numbers) {
    if (numbers.dtype() == DType.FLOAT32) {
      return numbers.toFloats();
    }
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers.getDouble(i);
    }
    return floats;
  }

  /** The vectors as a column. */
  Array array() {
    return outer.with(Values.of(values), width);
  }

  /** The same column with other vectors in the place of these. */
  VectorColumn with(int newWidth, float[] newValues) {
    return new VectorColumn(outer, newWidth, newValues);
  }

  /** Where the vectors of each row begin, and where the last one ends. */
  int[] rowBounds(int rows) {
    return bounds(outer.splits, outer.dims, rows);
  }

  /** Where the values of each row of an array begin, and where the last ones end. */
  static int[] rowBounds(Array array) {
    return array instanceof Array.Ragged ragged
        ? bounds(ragged.rowSplits(), ragged.inner(), ragged.rows())
        : bounds(List.of(), array.dims(), array.rows());
  }

  private static int[] bounds(List<int[]> splits, List<Long> dims, int rows) {
    int[] bounds = new int[rows + 1];
    Arrays.setAll(bounds, i -> i);
    for (int[] level : splits) {
      Arrays.setAll(bounds, i -> level[bounds[i]]);
    }
    int each = 1;
    for (long dim : splits.isEmpty() ? dims.subList(1, dims.size()) : dims) {
      each = Math.toIntExact(each * dim);
    }
    int size = each;
    Arrays.setAll(bounds, i -> bounds[i] * size);
    return bounds;
  }
}
