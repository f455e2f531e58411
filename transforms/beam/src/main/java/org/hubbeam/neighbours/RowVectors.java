// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.search.Metric;
import org.hubbeam.vectors.PostProcessing;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a batch as float32: where those of a row begin and end.
 *
 * @param values of all rows, one behind the other
 * @param bounds the first number of each row, and the end of the last one
 */
record RowVectors(float[] values, int[] bounds) {

  /**
   * The vectors of a column.
   *
   * @throws IllegalArgumentException when the column has no numbers
   */
  static RowVectors of(Batch batch, String column) {
    Array array = batch.column(column);
    if (!(array.values() instanceof Values.Numbers numbers)
        || array.dtype() == DType.BOOL
        || array.dtype().isComplex()
        || array instanceof Array.Sparse) {
      throw new IllegalArgumentException(
          "expected vectors of numbers, found " + array.spec(column));
    }
    RowVectors vectors = new RowVectors(floats(numbers), bounds(array));
    if (array.dtype() == DType.INT8) {
      vectors.scale(batch, PostProcessing.scaleColumn(column));
    }
    return vectors;
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

  private static int[] bounds(Array array) {
    int[] bounds = new int[array.rows() + 1];
    Arrays.setAll(bounds, i -> i);
    int width;
    if (array instanceof Array.Ragged ragged) {
      ragged.rowSplits().forEach(level -> Arrays.setAll(bounds, i -> level[bounds[i]]));
      width = ragged.innerSize();
    } else {
      width = ((Array.Dense) array).rowSize();
    }
    Arrays.setAll(bounds, i -> Math.multiplyExact(bounds[i], width));
    return bounds;
  }

  /** Multiplies the vector of each row by its scale, where there are scales. */
  private void scale(Batch batch, String column) {
    if (!batch.columns().containsKey(column)
        || !(batch.column(column).squeezed() instanceof Array.Dense scales)
        || scales.rowSize() != 1
        || !(scales.values() instanceof Values.Numbers numbers)) {
      return;
    }
    for (int row = 0; row < batch.rows(); row++) {
      float scale = (float) numbers.getDouble(row);
      for (int i = bounds[row]; i < bounds[row + 1]; i++) {
        values[i] *= scale;
      }
    }
  }

  /** How many rows there are. */
  int rows() {
    return bounds.length - 1;
  }

  /** How many numbers the vector of a row has. */
  int length(int row) {
    return bounds[row + 1] - bounds[row];
  }

  /**
   * Why the vector of a row cannot be compared; null where it can.
   *
   * @param length how many numbers it should have
   * @param whose says whose length that is
   */
  @Nullable String fault(int row, int length, String whose, Metric metric) {
    if (length(row) == 0) {
      return "the row has no vector";
    }
    if (length(row) != length) {
      return "the vector has " + length(row) + " numbers" + whose;
    }
    double square = 0;
    for (int i = bounds[row]; i < bounds[row + 1]; i++) {
      if (!Float.isFinite(values[i])) {
        return "the vector has " + values[i] + ", expected finite numbers";
      }
      square += (double) values[i] * values[i];
    }
    return square == 0 && metric == Metric.COSINE
        ? "the vector has only zeros, which have no cosine"
        : null;
  }

  /** The vector of a row. */
  float[] vector(int row) {
    return Arrays.copyOfRange(values, bounds[row], bounds[row + 1]);
  }

  /** The vectors of rows that all have this length. */
  Array.Dense dense(int length) {
    return new Array.Dense(List.of((long) rows(), (long) length), Values.of(values));
  }
}
