// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** Ids of rows, and what is shown of them. */
record RowNames(Values.Strings ids, Values.Strings shown) {

  /**
   * Out of two columns.
   *
   * @throws IllegalArgumentException when they are not strings, one a row
   */
  static RowNames of(List<Array> columns, int rows) {
    return new RowNames(strings(columns.get(0), rows), strings(columns.get(1), rows));
  }

  private static Values.Strings strings(Array column, int rows) {
    if (!(column.values() instanceof Values.Strings strings) || strings.size() != rows) {
      throw new IllegalArgumentException(
          "ids and what is shown must be strings, one a row, found " + column.spec("x").type());
    }
    return strings;
  }

  String id(int row) {
    return ids.text(row);
  }

  String shown(int row) {
    return shown.text(row);
  }
}
