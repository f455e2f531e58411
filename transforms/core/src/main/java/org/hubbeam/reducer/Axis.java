// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * Which values are reduced together: all values ({@link #WHOLE}), or those of each position in a
 * row ({@link #perCell}), over all rows.
 *
 * @param row the shape of one row; {@link Shape#UNKNOWN} for all values
 */
public record Axis(Shape row) implements Serializable {

  /** One result for all values. */
  public static final Axis WHOLE = new Axis(Shape.UNKNOWN);

  /**
   * One result for each position in a row. For a variable-length column the shape is {@code [?]},
   * and the longest row determines the number of results.
   *
   * @throws IllegalArgumentException when the rank of the row is not known
   */
  public static Axis perCell(Shape row) {
    if (!row.hasRank()) {
      throw new IllegalArgumentException(
          "a result per cell needs to know how many dimensions a row has");
    }
    return new Axis(row);
  }

  /** Whether all values are reduced to one result. */
  public boolean isWhole() {
    return !row.hasRank();
  }

  /** The array of one number for each result. */
  ArraySpec output(String name, DType dtype) {
    return new ArraySpec(name, dtype, isWhole() ? Shape.of() : row, Layout.DENSE);
  }

  /** {@code whole}, or {@code cell[2, ?]}. */
  @Override
  public String toString() {
    return isWhole() ? "whole" : "cell" + row;
  }
}
