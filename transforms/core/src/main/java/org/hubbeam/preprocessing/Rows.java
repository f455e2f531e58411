// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Which row each value of a column belongs to. */
final class Rows {

  private Rows() {}

  /** The row number of each value of a sparse or ragged column, from 0 on. */
  static Operand<TInt64> rowIds(Column x) {
    Ops tf = x.tracing().tf();
    if (x instanceof Column.Sparse sparse) {
      return column(tf, sparse.indices(), 0);
    }
    if (x instanceof Column.Ragged ragged) {
      List<Operand<TInt64>> splits = ragged.rowSplits();
      Operand<TInt64> rows =
          tf.range(
              tf.constant(0L),
              element(tf, tf.shape(ragged.values(), TInt64.class), 0),
              tf.constant(1L));
      for (int level = splits.size() - 1; level >= 0; level--) {
        rows = tf.math.sub(Numeric.countUpTo(tf, splits.get(level), rows), tf.constant(1L));
      }
      return rows;
    }
    throw new IllegalArgumentException("a dense column has its rows in its first dimension");
  }

  /** How many rows a column has. */
  static Operand<TInt64> count(Column x) {
    Ops tf = x.tracing().tf();
    if (x instanceof Column.Sparse sparse) {
      return element(tf, sparse.denseShape(), 0);
    }
    if (x instanceof Column.Ragged ragged) {
      return tf.math.sub(tf.size(ragged.rowSplits().get(0), TInt64.class), tf.constant(1L));
    }
    return element(tf, tf.shape(x.values(), TInt64.class), 0);
  }

  /**
   * The operand of a second column's values that goes with each value of the first: the second is
   * built as the first is, or has one value for each row.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static <T extends TType> Operand<T> paired(Column x, Column other, Class<T> type, String role) {
    if (x.layout() == other.layout()) {
      return other.values(type);
    }
    if (other instanceof Column.Dense && other.shape().hasRank() && other.shape().rank() == 1) {
      Ops tf = x.tracing().tf();
      return tf.gather(other.values(type), rowIds(x), tf.constant(0));
    }
    throw new IllegalArgumentException(
        "the "
            + role
            + " must be built as x is, or have one value a row; x is "
            + x.spec("x").type()
            + ", the "
            + role
            + " "
            + other.spec(role));
  }

  /** One column of a matrix. */
  static Operand<TInt64> column(Ops tf, Operand<TInt64> matrix, int index) {
    return Numeric.flat(
        tf, tf.slice(matrix, tf.constant(new long[] {0, index}), tf.constant(new long[] {-1, 1})));
  }

  /** One number of a vector. */
  static Operand<TInt64> element(Ops tf, Operand<TInt64> vector, int index) {
    return tf.reshape(
        tf.slice(vector, tf.constant(new long[] {index}), tf.constant(new long[] {1})),
        tf.constant(new long[0]));
  }
}
