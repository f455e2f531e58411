// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.plan.Domain;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Mappers from categories to vectors of zeros and ones, float32. */
public final class Encodings {

  private Encodings() {}

  /**
   * One-hot vectors for a column whose number of categories is known: buckets, or the ids of a
   * vocabulary, whose size the analysis tells.
   *
   * @throws IllegalArgumentException when the number of categories is not known
   */
  public static Column oneHot(Column x) {
    return x.domain() instanceof Domain.Range ? oneHot(x, depth(x)) : oneHot(x, size(x));
  }

  /**
   * One-hot vectors: 1 at the index of the category and 0 elsewhere; all 0 for an index that is out
   * of range.
   *
   * @param x dense integers
   * @param depth the number of categories
   */
  public static Column oneHot(Column x, int depth) {
    check(depth);
    return oneHot(x, x.tracing().tf().constant(depth));
  }

  /**
   * The same with a number of categories that the analysis tells.
   *
   * @param depth an integer scalar that needs no column
   */
  public static Column oneHot(Column x, Statistic depth) {
    return oneHot(x, Numeric.cast(x.tracing().tf(), depth.operand(), TInt32.class));
  }

  private static Column oneHot(Column x, Operand<TInt32> depth) {
    check(x);
    if (!(x instanceof Column.Dense)) {
      throw new IllegalArgumentException(
          "one-hot is of dense columns; use multi-hot for " + x.spec("x").type());
    }
    Ops tf = x.tracing().tf();
    return x.withValues(
        tf.oneHot(
            Numeric.cast(tf, x.values(), TInt64.class), depth, tf.constant(1f), tf.constant(0f)));
  }

  /**
   * The same as {@link #multiHot(Column, int)}, for a column whose number of categories is known.
   *
   * @throws IllegalArgumentException when the number of categories is not known
   */
  public static Column multiHot(Column x) {
    return x.domain() instanceof Domain.Range ? multiHot(x, depth(x)) : multiHot(x, size(x));
  }

  /**
   * Multi-hot vectors: for each row, 1 at the index of each of its categories and 0 elsewhere.
   * Indices that are out of range are ignored; a row without categories is all 0.
   *
   * @param x lists or dense rows of integers
   * @param depth the number of categories
   */
  public static Column multiHot(Column x, int depth) {
    check(depth);
    return multiHot(x, x.tracing().tf().constant((long) depth));
  }

  /**
   * The same with a number of categories that the analysis tells.
   *
   * @param depth an integer scalar that needs no column
   */
  public static Column multiHot(Column x, Statistic depth) {
    return multiHot(x, Numeric.cast(x.tracing().tf(), depth.operand(), TInt64.class));
  }

  private static Column multiHot(Column x, Operand<TInt64> depth) {
    check(x);
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
                        tf.math.less(all.values(), depth)))));
    Operand<TFloat32> counts =
        tf.scatterNd(
            RowLists.pairs(tf, known.rows(), known.values()),
            tf.dtypes.cast(tf.onesLike(known.values()), TFloat32.class),
            tf.stack(List.of(all.count(), depth)));
    return new Column.Dense(x.tracing(), tf.math.minimum(counts, tf.constant(1f)), null);
  }

  private static Statistic size(Column x) {
    if (x.domain() == null) {
      throw new IllegalArgumentException(
          "the number of categories of " + x.spec("x").type() + " is not known here: give it");
    }
    return Domains.size(x);
  }

  private static int depth(Column x) {
    if (x.domain() instanceof Domain.Range range && range.max() < Integer.MAX_VALUE) {
      return Math.toIntExact(range.max() + 1);
    }
    throw new IllegalArgumentException(
        "the number of categories of " + x.spec("x").type() + " is not known here: give it");
  }

  private static void check(Column x) {
    if (!x.dtype().isInteger()) {
      throw new IllegalArgumentException("categories are integers, unlike " + x.spec("x").type());
    }
  }

  private static void check(int depth) {
    if (depth < 1) {
      throw new IllegalArgumentException("there must be 1 category or more, not " + depth);
    }
  }
}
