// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** Aligns statistics with the values of a column. */
final class CellValues {

  private CellValues() {}

  /**
   * A statistic in the shape of the column's values, or one that TensorFlow broadcasts to it.
   *
   * <p>0 where no row that was analysed had such a cell.
   *
   * @throws IllegalArgumentException for the cells of a ragged column
   */
  static <T extends TNumber> Operand<T> align(
      Column x, Statistic statistic, Over over, Class<T> type) {
    Ops tf = x.tracing().tf();
    Operand<T> value = Numeric.cast(tf, statistic.operand(), type);
    if (over == Over.ALL) {
      return value;
    }
    if (x instanceof Column.Ragged) {
      throw new IllegalArgumentException(
          "each cell by itself (elementwise) is for dense and sparse columns, not for "
              + x.spec("x").type());
    }
    Operand<T> zero = tf.dtypes.cast(tf.constant(0f), type);
    Operand<T> known = tf.select(tf.math.isNan(value), zero, value);
    return x instanceof Column.Sparse sparse ? gathered(sparse, known, zero) : known;
  }

  private static <T extends TNumber> Operand<T> gathered(
      Column.Sparse x, Operand<T> statistic, Operand<T> zero) {
    Ops tf = x.tracing().tf();
    int rank = statistic.rank();
    Operand<T> padded = tf.pad(statistic, tf.constant(padding(rank, rank)), zero);
    Operand<TInt64> cells =
        tf.slice(x.indices(), tf.constant(new long[] {0, 1}), tf.constant(new long[] {-1, rank}));
    return tf.gatherNd(padded, tf.math.minimum(cells, tf.shape(statistic, TInt64.class)));
  }

  /** One more place behind the first dimensions. */
  static int[][] padding(int rank, int dimensions) {
    int[][] padding = new int[rank][2];
    for (int i = 0; i < dimensions; i++) {
      padding[i][1] = 1;
    }
    return padding;
  }
}
