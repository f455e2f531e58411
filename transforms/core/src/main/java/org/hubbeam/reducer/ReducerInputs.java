// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;

/** The inputs of reducers, checked. */
final class ReducerInputs {

  private ReducerInputs() {}

  /** Refuses another number of columns. */
  static void count(List<Array> columns, int expected, String name) {
    if (columns.size() != expected) {
      throw new IllegalArgumentException(
          name + " takes " + expected + " columns, not " + columns.size());
    }
  }

  /** The only column, of this type. */
  static Array only(List<Array> columns, DType dtype, String name) {
    count(columns, 1, name);
    return first(columns, dtype, name);
  }

  /** The first column, of this type. */
  static Array first(List<Array> columns, DType dtype, String name) {
    Array column = columns.get(0);
    if (column.dtype() != dtype) {
      throw new IllegalArgumentException(
          name + " of " + dtype + ", but the column is " + column.spec("x").type());
    }
    return column;
  }
}
