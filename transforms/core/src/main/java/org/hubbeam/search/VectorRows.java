// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** Vectors of one dimension, by row number. Safe to read by many threads. */
public interface VectorRows {

  /** How many there are. */
  int size();

  /** The values of each. */
  int dimension();

  /** Copies the values of a row to {@code target}, from index {@code at}. */
  void copy(int row, float[] target, int at);

  /** Rows of an array, which is not copied. */
  static VectorRows of(float[][] rows, int dimension) {
    return new VectorRows() {
      @Override
      public int size() {
        return rows.length;
      }

      @Override
      public int dimension() {
        return dimension;
      }

      @Override
      public void copy(int row, float[] target, int at) {
        System.arraycopy(rows[row], 0, target, at, dimension);
      }
    };
  }
}
