package org.hubbeam.reducer;

import java.io.Serializable;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * What becomes one result: all values together ({@link #WHOLE}), or those of each cell of a row
 * ({@link #perCell}). In both, rows are summed away.
 *
 * @param row the shape of one row; {@link Shape#UNKNOWN} for all values together
 */
public record Axis(Shape row) implements Serializable {

  /** One result for all values of all rows. */
  public static final Axis WHOLE = new Axis(Shape.UNKNOWN);

  /**
   * One result for each cell of a row. Positions of a variable-length column are cells too: its
   * shape is {@code [?]}, and the longest row decides how many there are.
   *
   * @throws IllegalArgumentException when not even the rank of the row is known
   */
  public static Axis perCell(Shape row) {
    if (!row.hasRank()) {
      throw new IllegalArgumentException(
          "a result per cell needs to know how many dimensions a row has");
    }
    return new Axis(row);
  }

  /** Whether all values together become one result. */
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
