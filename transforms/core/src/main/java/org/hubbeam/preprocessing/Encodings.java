package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.plan.Domain;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Categories as vectors of 0 and 1, float32. */
public final class Encodings {

  private Encodings() {}

  /**
   * A vector for each category of a column whose domain tells how many there are: buckets, but not
   * the ids of a vocabulary, whose size is found by the analysis.
   *
   * @throws IllegalArgumentException when the domain does not tell
   */
  public static Column oneHot(Column x) {
    return oneHot(x, depth(x));
  }

  /**
   * A vector for each category: 1 at its number, 0 elsewhere; all 0 for a number outside.
   *
   * @param x dense integers
   * @param depth how many categories there are
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

  /** The same as {@link #multiHot(Column, int)} for a column whose domain tells the number. */
  public static Column multiHot(Column x) {
    return multiHot(x, depth(x));
  }

  /**
   * A vector for the categories of each row: 1 at the number of each, 0 elsewhere. Numbers outside
   * are left out; a row without a category is all 0.
   *
   * @param x lists of integers, or dense rows of them
   * @param depth how many categories there are
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
