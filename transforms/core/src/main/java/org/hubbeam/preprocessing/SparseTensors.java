// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Mappers that convert sparse columns. */
public final class SparseTensors {

  private SparseTensors() {}

  /** Converts to a dense column, with 0 or an empty string for missing values. */
  public static Column sparseTensorToDenseWithShape(Column x, Shape shape) {
    return x.dtype() == DType.STRING
        ? sparseTensorToDenseWithShape(x, shape, "")
        : sparseTensorToDenseWithShape(x, shape, 0L);
  }

  /**
   * Converts a sparse column to a dense column.
   *
   * @param shape the shape, rows first; -1 to take the size from the column. A row with a value
   *     outside the shape fails
   * @param defaultValue the value for positions without a value
   * @throws IllegalArgumentException when the column is not sparse, or of another rank
   */
  public static Column sparseTensorToDenseWithShape(Column x, Shape shape, String defaultValue) {
    return dense(x, shape, Constant.of(x, defaultValue));
  }

  /** The same with a whole number. */
  public static Column sparseTensorToDenseWithShape(Column x, Shape shape, long defaultValue) {
    return dense(x, shape, Constant.of(x, defaultValue));
  }

  /** The same with a number. */
  public static Column sparseTensorToDenseWithShape(Column x, Shape shape, double defaultValue) {
    return dense(x, shape, Constant.of(x, defaultValue));
  }

  /** A sparse column as a dense one, with a value of its own where it has none. */
  static <T extends TType> Column.Dense dense(Column x, Shape shape, Operand<T> missing) {
    if (!(x instanceof Column.Sparse sparse)) {
      throw new IllegalArgumentException("the column must be sparse, unlike " + x.spec("x"));
    }
    if (!shape.hasRank() || shape.rank() != x.shape().rank()) {
      throw new IllegalArgumentException(
          "the shape " + shape + " is not for the sparse column " + x.spec("x"));
    }
    Ops tf = x.tracing().tf();
    List<Operand<TInt64>> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      dims.add(
          shape.dim(i) < 0 ? Rows.element(tf, sparse.denseShape(), i) : tf.constant(shape.dim(i)));
    }
    Operand<T> dense =
        tf.sparse.sparseToDense(
            sparse.indices(), tf.stack(dims), x.values(missing.type()), missing);
    return new Column.Dense(
        x.tracing(),
        tf.ensureShape(
            dense,
            org.tensorflow.ndarray.Shape.of(
                shape.dims().stream().mapToLong(Long::longValue).toArray())),
        null);
  }

  /**
   * Moves the values of each row to its start, in their order.
   *
   * @throws IllegalArgumentException when the column is not sparse of rank 2
   */
  public static Column sparseTensorLeftAlign(Column sparseTensor) {
    if (!(sparseTensor instanceof Column.Sparse sparse) || sparse.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "the column must be sparse of rank 2, unlike " + sparseTensor.spec("x"));
    }
    return aligned(sparse, sparse.values().type());
  }

  private static <T extends TType> Column aligned(Column.Sparse x, Class<T> type) {
    Ops tf = x.tracing().tf();
    var ordered = tf.sparse.sparseReorder(x.indices(), x.values(type), x.denseShape());
    Operand<TInt64> rows = Rows.column(tf, ordered.outputIndices(), 0);
    RowLists<T> lists = new RowLists<>(x, ordered.outputValues(), rows);
    return new Column.Sparse(
        x.tracing(), lists.indices(), lists.values(), x.denseShape(), x.shape(), x.domain());
  }
}
