// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Weights of rows as whole numbers of a unit, so that their sums are exact: 1 without weights, else
 * multiples of 2^-30.
 *
 * @param units of each row; null for one each
 */
record RowUnits(long @Nullable [] units) {

  private static final int BITS = 30;

  /** The largest weight. */
  static final double LARGEST = 1 << 20;

  static RowUnits none() {
    return new RowUnits(null);
  }

  /**
   * The weights in a column, one a row.
   *
   * @throws IllegalArgumentException when they are not as many numbers from 0 to {@link #LARGEST}
   */
  static RowUnits of(Array weights, int rows) {
    if (!(weights.values() instanceof Values.Numbers numbers) || numbers.size() != rows) {
      throw new IllegalArgumentException(
          "weights must be one number for each of "
              + rows
              + " rows, found "
              + weights.spec("weights").type()
              + " of "
              + weights.rows()
              + " rows");
    }
    double[] own = NumberArrays.doubles(numbers);
    long[] units = new long[rows];
    for (int row = 0; row < rows; row++) {
      if (!(own[row] >= 0 && own[row] <= LARGEST)) {
        throw new IllegalArgumentException(
            "a weight of " + own[row] + "; weights are from 0 to " + (long) LARGEST);
      }
      units[row] = Math.round(Math.scalb(own[row], BITS));
    }
    return new RowUnits(units);
  }

  long at(int row) {
    return units == null ? 1 : units[row];
  }

  /** The weight of one unit. */
  static double unit(Weighting weighting) {
    return weighting == Weighting.WEIGHTED ? Math.scalb(1.0, -BITS) : 1;
  }
}
