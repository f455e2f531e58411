// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;

/** The cells of a row, numbered row-major: where the values of a column go. */
record Grid(List<Integer> dims) {

  Grid {
    dims = List.copyOf(dims);
    long cells = 1;
    for (int dim : dims) {
      cells *= dim;
      if (dim < 0 || cells > Integer.MAX_VALUE - 16) {
        throw new IllegalArgumentException("a row of the shape " + dims + " has too many cells");
      }
    }
  }

  /** The smallest grid for this axis: dimensions that are not fixed have no cells yet. */
  static Grid of(Axis axis) {
    return axis.isWhole()
        ? new Grid(List.of())
        : new Grid(axis.row().dims().stream().map(d -> Math.max(0, Math.toIntExact(d))).toList());
  }

  int cells() {
    int cells = 1;
    for (int dim : dims) {
      cells *= dim;
    }
    return cells;
  }

  /** The smallest grid that has the cells of both. */
  Grid union(Grid other) {
    if (other.equals(this)) {
      return this;
    }
    if (other.dims.size() != dims.size()) {
      throw new IllegalArgumentException(
          "rows of the shapes " + dims + " and " + other.dims + " have no cells in common");
    }
    Integer[] larger = new Integer[dims.size()];
    Arrays.setAll(larger, i -> Math.max(dims.get(i), other.dims.get(i)));
    return new Grid(Arrays.asList(larger));
  }

  /** The number that each cell of this grid has in a larger one. */
  int[] cellsIn(Grid larger) {
    int[] numbers = new int[cells()];
    int[] at = new int[dims.size()];
    for (int cell = 0; cell < numbers.length; cell++) {
      int number = 0;
      for (int d = 0; d < at.length; d++) {
        number = number * larger.dims.get(d) + at[d];
      }
      numbers[cell] = number;
      for (int d = at.length - 1; d >= 0 && ++at[d] == dims.get(d); d--) {
        at[d] = 0;
      }
    }
    return numbers;
  }

  /**
   * The cells that the rows of a column have.
   *
   * @throws IllegalArgumentException when rows of this shape do not fit the axis
   */
  static Grid of(Array column, Axis axis) {
    ArraySpec spec = column.spec("x");
    List<Long> row = column.dims().subList(1, column.dims().size());
    if (column instanceof Array.Ragged ragged) {
      if (ragged.rowSplits().size() > 1) {
        throw new IllegalArgumentException(
            "results per cell are for dense, sparse and variable-length columns, not for " + spec);
      }
      row = new ArrayList<>(row);
      row.set(0, longest(ragged.rowSplits().get(0)));
    }
    if (row.size() != axis.row().rank() || !fits(column, axis.row(), row)) {
      throw new IllegalArgumentException(
          "results per cell of rows " + axis.row() + ", but the column is " + spec);
    }
    return new Grid(row.stream().map(Math::toIntExact).toList());
  }

  private static boolean fits(Array column, Shape expected, List<Long> row) {
    for (int d = 0; d < row.size(); d++) {
      long want = expected.dim(d);
      boolean exact = column instanceof Array.Dense;
      if (want >= 0 && (exact ? row.get(d) != want : row.get(d) > want)) {
        return false;
      }
    }
    return true;
  }

  private static long longest(int[] splits) {
    int longest = 0;
    for (int i = 1; i < splits.length; i++) {
      longest = Math.max(longest, splits[i] - splits[i - 1]);
    }
    return longest;
  }

  /** The cell of every value of a column whose own cells are all in this grid. */
  int[] places(Array column, Grid own) {
    int[] places = new int[column.values().size()];
    if (column instanceof Array.Sparse sparse) {
      int rank = dims.size() + 1;
      for (int i = 0; i < places.length; i++) {
        int cell = 0;
        for (int d = 1; d < rank; d++) {
          cell = cell * dims.get(d - 1) + (int) sparse.indices()[i * rank + d];
        }
        places[i] = cell;
      }
      return places;
    }
    int[] cells = own.cellsIn(this);
    if (column instanceof Array.Ragged ragged) {
      int[] splits = ragged.rowSplits().get(0);
      int width = ragged.innerSize();
      for (int row = 1; row < splits.length; row++) {
        int from = splits[row - 1] * width;
        System.arraycopy(cells, 0, places, from, splits[row] * width - from);
      }
      return places;
    }
    for (int from = 0; from < places.length; from += cells.length) {
      System.arraycopy(cells, 0, places, from, cells.length);
    }
    return places;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(dims.size());
    for (int dim : dims) {
      out.writeInt(dim);
    }
  }

  static Grid read(DataInput in) throws IOException {
    int rank = in.readInt();
    if (rank < 0 || rank > 255) {
      throw new IOException("a summary over rows of " + rank + " dimensions");
    }
    Integer[] dims = new Integer[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = in.readInt();
    }
    try {
      return new Grid(Arrays.asList(dims));
    } catch (IllegalArgumentException e) {
      throw new IOException("a damaged summary", e);
    }
  }
}
