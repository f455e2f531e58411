// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * What is computed of the values of each row of a column of lists: one value a row. Of an empty
 * list it is what TensorFlow computes for ragged tensors.
 */
public enum ListReduction {
  /** The sum; 0 of an empty list. */
  SUM,
  /** The mean, a floating-point number, float32 for integers; NaN of an empty list. */
  MEAN,
  /** The smallest value; of an empty list the largest number of the type. */
  MIN,
  /** The largest value; of an empty list the smallest number of the type. */
  MAX,
  /** The product; 1 of an empty list. */
  PROD,
  /** Whether one boolean is true; false of an empty list. */
  ANY,
  /** Whether all booleans are true; true of an empty list. */
  ALL;

  /**
   * Reduces each row.
   *
   * @param x sparse or ragged of rank 2, or dense of rank 1 or 2: numbers, or booleans for {@link
   *     #ANY} and {@link #ALL}
   * @return dense, of rank 1
   * @throws IllegalArgumentException when the values are of another type
   */
  public Column apply(Column x) {
    if (this == ANY || this == ALL) {
      return new Column.Dense(x.tracing(), logical(RowLists.of(x, TBool.class)), null);
    }
    if (x.dtype() == DType.STRING || x.dtype() == DType.BOOL) {
      throw new IllegalArgumentException("only numbers are reduced, unlike " + x.spec("x").type());
    }
    Column numbers = x;
    if (this == MEAN && !x.dtype().isFloating()) {
      numbers = x.withValues(Numeric.cast(x.tracing().tf(), x.values(), TFloat32.class));
    }
    return new Column.Dense(x.tracing(), reduced(numbers), null);
  }

  private Operand<TBool> logical(RowLists<TBool> lists) {
    Ops tf = lists.source().tracing().tf();
    Operand<TBool> counted = this == ANY ? lists.values() : tf.math.logicalNot(lists.values());
    Operand<TInt64> counts =
        tf.math.unsortedSegmentSum(
            Numeric.cast(tf, counted, TInt64.class), lists.rows(), lists.count());
    return this == ANY
        ? tf.math.greater(counts, tf.constant(0L))
        : tf.math.equal(counts, tf.constant(0L));
  }

  @SuppressWarnings("unchecked") // numbers, as was checked
  private Operand<? extends TNumber> reduced(Column x) {
    return reduced(RowLists.of(x, (Class<? extends TNumber>) x.values().type()));
  }

  private <T extends TNumber> Operand<T> reduced(RowLists<T> lists) {
    Ops tf = lists.source().tracing().tf();
    return switch (this) {
      case MIN -> tf.math.unsortedSegmentMin(lists.values(), lists.rows(), lists.count());
      case MAX -> tf.math.unsortedSegmentMax(lists.values(), lists.rows(), lists.count());
      case PROD -> tf.math.unsortedSegmentProd(lists.values(), lists.rows(), lists.count());
      case MEAN -> tf.math.div(sum(tf, lists, lists.values()), count(tf, lists));
      default -> sum(tf, lists, lists.values());
    };
  }

  private static <T extends TNumber> Operand<T> count(Ops tf, RowLists<T> lists) {
    return sum(tf, lists, tf.onesLike(lists.values()));
  }

  private static <T extends TNumber> Operand<T> sum(Ops tf, RowLists<T> lists, Operand<T> values) {
    return tf.math.unsortedSegmentSum(values, lists.rows(), lists.count());
  }
}
