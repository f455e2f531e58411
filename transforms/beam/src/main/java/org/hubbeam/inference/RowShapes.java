// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a column in the shape that an input declares.
 *
 * @param column as it is
 * @param ends where the values of each row end; null where the column is given as it is
 * @param row the shape of a row; -1 once at most, for a length that rows may differ in
 * @param width how many values a row has, or each of those that its length counts
 */
record RowShapes(Array column, int @Nullable [] ends, List<Long> row, int width) {

  /** Looks at a column. */
  static RowShapes of(Array column, ArraySpec input, FittedRows.Rows lists) {
    RowShapes asItIs = new RowShapes(column, null, List.of(), 1);
    Shape shape = input.shape();
    if (input.layout() != Layout.DENSE || !shape.hasRank()) {
      return asItIs;
    }
    if (column instanceof Array.Dense dense) {
      return new RowShapes(dense(dense, shape), null, List.of(), 1);
    }
    boolean batched = shape.rank() == 0 || shape.dim(0) == -1 || shape.dim(0) == 1;
    if (!(column instanceof Array.Ragged ragged) || !batched || ragged.rowSplits().size() > 1) {
      return asItIs;
    }
    List<Long> row =
        shape.rank() > 1
            ? shape.row().dims()
            : lists == FittedRows.Rows.LISTS ? List.of(-1L) : List.of();
    if (row.stream().filter(dim -> dim == -1).count() > 1
        || row.size() > 1 && !ragged.inner().isEmpty() && !fits(row, ragged.inner())) {
      return asItIs;
    }
    int inner = ragged.innerSize();
    int[] ends = ragged.rowSplits().get(0).clone();
    for (int i = 0; i < ends.length; i++) {
      ends[i] *= inner;
    }
    long width = 1;
    for (long dim : row) {
      width *= dim == -1 ? 1 : dim;
    }
    return new RowShapes(ragged, ends, row, Math.toIntExact(width));
  }

  private static boolean fits(List<Long> row, List<Long> inner) {
    return row.subList(row.size() - inner.size(), row.size()).equals(inner);
  }

  /** Rows of one value as plain values, and flat rows in their shape; all else as it is. */
  private static Array dense(Array.Dense column, Shape shape) {
    List<Long> dims = column.dims();
    if (shape.rank() == 1 && dims.size() == 2 && dims.get(1) == 1) {
      return Array.Dense.vector(column.values());
    }
    boolean flat = shape.rank() > 2 && dims.size() == 2 && shape.row().isFull();
    long width = flat ? shape.row().dims().stream().reduce(1L, Math::multiplyExact) : -1;
    if (!flat || shape.dim(0) > 1 || dims.get(1) != width) {
      return column;
    }
    return Array.Dense.rows(column.rows(), shape.row(), column.values());
  }

  /** Why a row has not this shape; null where it has. */
  @Nullable String fault(int number) {
    if (ends == null) {
      return null;
    }
    int count = ends[number + 1] - ends[number];
    if (row.contains(-1L)) {
      return width > 0 && count % width == 0
          ? null
          : "expected values of the shape " + new Shape(row) + ", found " + count;
    }
    return count == width
        ? null
        : "expected " + width + (width == 1 ? " value" : " values") + ", found " + count;
  }

  /** The length in which a row may differ from others; 0 where it cannot. */
  int length(int number) {
    return ends == null || !row.contains(-1L) ? 0 : (ends[number + 1] - ends[number]) / width;
  }

  /**
   * Rows of one length, without faults.
   *
   * @param rows their numbers; null for all
   */
  Array array(int @Nullable [] rows) {
    Array chosen = rows == null ? column : column.select(rows);
    if (ends == null) {
      return chosen;
    }
    int count = chosen.rows();
    long length = count == 0 ? 0 : chosen.values().size() / (long) width / count;
    List<Long> dims = new ArrayList<>(List.of((long) count));
    row.forEach(dim -> dims.add(dim == -1 ? length : dim));
    return new Array.Dense(dims, chosen.values());
  }
}
