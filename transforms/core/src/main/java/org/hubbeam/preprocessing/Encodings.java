// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.plan.Domain;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Mappers from categories to vectors of zeros and ones, float32. */
public final class Encodings {

  private Encodings() {}

  /**
   * One-hot vectors for a column whose number of categories is known when it is traced, such as
   * buckets. The size of a vocabulary is known after the analysis only.
   *
   * @throws IllegalArgumentException when the number of categories is not known
   */
  public static Column oneHot(Column x) {
    return oneHot(x, depth(x));
  }

  /**
   * One-hot vectors: 1 at the index of the category and 0 elsewhere; all 0 for an index that is out
   * of range.
   *
   * @param x dense integers
   * @param depth the number of categories
   */
  public static Column oneHot(Column x, int depth) {
    check(x, depth);
    if (!(x instanceof Column.Dense)) {
      throw new IllegalArgumentException(
          "one-hot is of dense columns; use multi-hot for " + x.spec("x"));
    }
    Ops tf = x.tracing().tf();
    return x.withValues(
        tf.oneHot(
            Numeric.cast(tf, x.values(), TInt64.class),
            tf.constant(depth),
            tf.constant(1f),
            tf.constant(0f)));
  }

  /**
   * The same as {@link #multiHot(Column, int)}, for a column whose number of categories is known
   * when it is traced.
   */
  public static Column multiHot(Column x) {
    return multiHot(x, depth(x));
  }

  /**
   * Multi-hot vectors: for each row, 1 at the index of each of its categories and 0 elsewhere.
   * Indices that are out of range are ignored; a row without categories is all 0.
   *
   * @param x lists or dense rows of integers
   * @param depth the number of categories
   */
  public static Column multiHot(Column x, int depth) {
    check(x, depth);
    Ops tf = x.tracing().tf();
    RowLists<TInt64> all =
        RowLists.of(x.withValues(Numeric.cast(tf, x.values(), TInt64.class)), TInt64.class);
    RowLists<TInt64> known =
        all.at(
            Numeric.flat(
                tf,
                tf.where(
                    tf.math.logicalAnd(
                        tf.math.greaterEqual(all.values(), tf.constant(0L)),
                        tf.math.less(all.values(), tf.constant((long) depth))))));
    Operand<TFloat32> counts =
        tf.scatterNd(
            RowLists.pairs(tf, known.rows(), known.values()),
            tf.dtypes.cast(tf.onesLike(known.values()), TFloat32.class),
            tf.stack(List.of(all.count(), tf.constant((long) depth))));
    return new Column.Dense(
        x.tracing(),
        tf.ensureShape(
            tf.math.minimum(counts, tf.constant(1f)), org.tensorflow.ndarray.Shape.of(-1, depth)),
        null);
  }

  private static int depth(Column x) {
    if (x.domain() instanceof Domain.Range range && range.max() < Integer.MAX_VALUE) {
      return Math.toIntExact(range.max() + 1);
    }
    throw new IllegalArgumentException(
        "the number of categories of " + x.spec("x") + " is not known here: give it");
  }

  private static void check(Column x, int depth) {
    if (!x.dtype().isInteger()) {
      throw new IllegalArgumentException("categories are integers, unlike " + x.spec("x"));
    }
    if (depth < 1) {
      throw new IllegalArgumentException("there must be 1 category or more, not " + depth);
    }
  }
}
