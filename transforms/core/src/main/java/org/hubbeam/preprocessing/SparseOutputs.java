// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * Mappers to sparse features: values with their positions in rows of a fixed shape, which are
 * stored as {@code NAME$sparse_indices_0} and {@code NAME$sparse_values}.
 */
public final class SparseOutputs {

  private SparseOutputs() {}

  /**
   * Gives the rows of a sparse column a shape. A column of lists is still stored as lists, unless
   * {@link #annotateTrueSparseOutput} follows.
   *
   * @param x sparse
   * @param shape the shape of a row; a value outside it makes the batch fail where it is read
   * @throws IllegalArgumentException when the column is not sparse, or the shape is of another rank
   */
  public static Column annotateSparseOutputShape(Column x, List<Long> shape) {
    Column.Sparse sparse = sparse(x);
    if (shape.size() != sparse.shape().rank() - 1 || shape.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "the shape of a row must have "
              + (sparse.shape().rank() - 1)
              + " sizes of 1 or more; found "
              + shape);
    }
    Ops tf = x.tracing().tf();
    List<Long> all = new ArrayList<>(List.of(-1L));
    all.addAll(shape);
    Operand<TInt64> row = tf.constant(shape.stream().mapToLong(Long::longValue).toArray());
    Operand<TInt64> rows = tf.expandDims(Rows.count(x), tf.constant(0));
    return new Column.Sparse(
        x.tracing(),
        sparse.indices(),
        sparse.values(),
        tf.concat(List.of(rows, row), tf.constant(0)),
        new Shape(all),
        sparse.domain());
  }

  /**
   * Stores a sparse column with the positions of its values, and not as lists.
   *
   * @param x sparse, with rows of a known shape
   * @throws IllegalArgumentException when the column is not sparse, or its shape is not known
   */
  public static Column annotateTrueSparseOutput(Column x) {
    Column.Sparse sparse = sparse(x);
    if (!sparse.shape().row().isFull()) {
      throw new IllegalArgumentException(
          "the rows of a sparse output have a known shape, which annotate_sparse_output_shape(x,"
              + " [n]) gives; found "
              + x.spec("x").type());
    }
    Operand<TInt64> shape = x.tracing().tf().identity(sparse.denseShape());
    x.tracing().trueSparse(shape);
    return new Column.Sparse(
        x.tracing(), sparse.indices(), sparse.values(), shape, sparse.shape(), sparse.domain());
  }

  /**
   * Sparse vectors: for each row, 1 at each of its categories, float32. Categories out of range are
   * left out.
   *
   * @param x lists or dense rows of integers
   * @param depth the number of categories
   */
  public static Column sparseOneHot(Column x, int depth) {
    return hot(x, depth, null, TFloat32.class);
  }

  /**
   * The same with a weight at each category; weights of the same category of a row are added.
   *
   * @param weights numbers, one for each value of {@code x}
   */
  public static Column sparseOneHot(Column x, int depth, Column weights) {
    return hot(x, depth, weights, Numeric.floating(weights.dtype()));
  }

  private static <T extends TNumber> Column hot(
      Column x, int depth, @Nullable Column weights, Class<T> type) {
    if (!x.dtype().isInteger() || depth < 1) {
      throw new IllegalArgumentException(
          "sparse vectors are of integers with 1 category or more; found "
              + depth
              + " and "
              + x.spec("x").type());
    }
    Ops tf = x.tracing().tf();
    Operand<TInt64> width = tf.constant((long) depth);
    RowLists<TInt64> all =
        RowLists.of(x.withValues(Numeric.cast(tf, x.values(), TInt64.class)), TInt64.class);
    Operand<TInt64> places =
        Numeric.flat(
            tf,
            tf.where(
                tf.math.logicalAnd(
                    tf.math.greaterEqual(all.values(), tf.constant(0L)),
                    tf.math.less(all.values(), width))));
    RowLists<TInt64> known = all.at(places);
    var unique =
        tf.unique(
            tf.math.add(tf.math.mul(known.rows(), width), known.values()),
            tf.constant(new int[] {0}),
            TInt64.class);
    Operand<T> summed =
        weights == null
            ? tf.dtypes.cast(tf.onesLike(unique.y()), type)
            : tf.math.unsortedSegmentSum(
                tf.gather(
                    Numeric.flat(tf, Rows.paired(x, weights, type, "weights")),
                    places,
                    tf.constant(0)),
                unique.idx(),
                tf.size(unique.y()));
    Operand<TInt64> shape = tf.stack(List.of(all.count(), width));
    Operand<TInt64> indices =
        RowLists.pairs(
            tf, tf.math.floorDiv(unique.y(), width), tf.math.floorMod(unique.y(), width));
    var ordered = tf.sparse.sparseReorder(indices, summed, shape);
    return annotateTrueSparseOutput(
        new Column.Sparse(
            x.tracing(),
            ordered.outputIndices(),
            ordered.outputValues(),
            shape,
            Shape.of(-1, depth),
            null));
  }

  private static Column.Sparse sparse(Column x) {
    if (x instanceof Column.Sparse sparse) {
      return sparse;
    }
    throw new IllegalArgumentException(
        "a sparse output is made of a sparse column, unlike "
            + x.spec("x").type()
            + (x.dtype() == DType.STRING ? "" : "; sparse_one_hot(x, n) makes one of integers"));
  }
}
