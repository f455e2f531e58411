// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** Vectors of the same rows, joined along their last dimension. */
final class JoinedVectors {

  private JoinedVectors() {}

  /**
   * What the joined array is.
   *
   * @throws IllegalArgumentException when these cannot be joined, saying which
   */
  static ArraySpec spec(String column, List<ArraySpec> sides) {
    ArraySpec first = sides.get(0);
    long width = 0;
    for (ArraySpec side : sides) {
      Shape shape = side.shape();
      if (side.layout() != Layout.DENSE
          || side.dtype().bytes() == 0
          || shape.hasRank() && shape.rank() < 2) {
        throw new IllegalArgumentException(
            "'" + column + "' joins vectors of numbers; " + side + " is none");
      }
      boolean known = first.shape().hasRank() && shape.hasRank();
      if (side.dtype() != first.dtype()
          || known && !first.shape().row().admits(likeLast(first.shape(), shape))) {
        throw new IllegalArgumentException(
            "'" + column + "' cannot join " + first + " with " + side);
      }
      long last = known ? shape.dim(shape.rank() - 1) : -1;
      width = width < 0 || last < 0 ? -1 : width + last;
    }
    return new ArraySpec(
        column,
        first.dtype(),
        first.shape().hasRank() ? withLast(first.shape().dims(), width) : Shape.UNKNOWN,
        Layout.DENSE);
  }

  /** The dimensions of a row, with the last one as in the other shape. */
  private static List<Long> likeLast(Shape first, Shape other) {
    List<Long> row = other.row().dims();
    return row.size() == first.rank() - 1 ? withLast(row, first.dim(first.rank() - 1)).dims() : row;
  }

  private static Shape withLast(List<Long> dims, long last) {
    List<Long> changed = new ArrayList<>(dims);
    changed.set(changed.size() - 1, last);
    return new Shape(changed);
  }

  /**
   * The joined array.
   *
   * @throws IllegalArgumentException when the arrays differ in more than their last dimension
   */
  static Array.Dense join(String column, List<Array> sides) {
    List<ArraySpec> specs = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      specs.add(sides.get(i).spec("side " + (i + 1)));
    }
    ArraySpec joined = spec(column, specs);
    List<Long> dims = joined.shape().dims();
    int bytes = joined.dtype().bytes();
    long size = dims.stream().reduce(1L, Math::multiplyExact);
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size * bytes));
    long runs = dims.subList(0, dims.size() - 1).stream().reduce(1L, Math::multiplyExact);
    for (int run = 0; run < runs; run++) {
      for (Array side : sides) {
        int length = Math.toIntExact(side.dims().get(dims.size() - 1)) * bytes;
        all.put(((Values.Numbers) side.values()).bytes(), run * length, length);
      }
    }
    return new Array.Dense(dims, new Values.Numbers(joined.dtype(), all.array()));
  }
}
