// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/**
 * The values of a column, and where those of each row are.
 *
 * @param starts of each row, and behind the last where it ends
 */
record RowCells(Values values, int[] starts) {

  static RowCells of(Array array) {
    boolean lists = array instanceof Array.Sparse sparse && sparse.dims().size() == 2;
    Array column = lists ? array.lists() : array;
    int[] starts = new int[column.rows() + 1];
    for (int row = 0; row < starts.length; row++) {
      starts[row] = start(column, row);
    }
    return new RowCells(column.values(), starts);
  }

  private static int start(Array column, int row) {
    if (column instanceof Array.Dense dense) {
      return row * dense.rowSize();
    }
    if (column instanceof Array.Ragged ragged) {
      int at = row;
      for (int[] splits : ragged.rowSplits()) {
        at = splits[at];
      }
      return at * ragged.innerSize();
    }
    throw new IllegalArgumentException("a sparse column of " + column.dims() + " has no lists");
  }

  int from(int row) {
    return starts[row];
  }

  int to(int row) {
    return starts[row + 1];
  }

  /** How many values a row has. */
  int count(int row) {
    return starts[row + 1] - starts[row];
  }
}
