// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.sparse.SparseConcat;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/** Mappers that convert sparse columns, and cut and join lists. */
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
      throw new IllegalArgumentException("the column must be sparse, unlike " + x.spec("x").type());
    }
    if (!shape.hasRank() || shape.rank() != x.shape().rank()) {
      throw new IllegalArgumentException(
          "the shape " + shape + " is not for the sparse column " + x.spec("x").type());
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
   * Joins the lists of several columns, row by row: the first column's values of a row, then the
   * second's, and so on. The result is ragged if all columns are, else sparse.
   *
   * @param columns of lists, or dense with one value or one vector a row; all of one type
   * @throws IllegalArgumentException when there is no column, or when one has another type or rank
   */
  public static Column concatLists(List<? extends Column> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("there is no column to join");
    }
    for (Column column : columns) {
      if (column.dtype() != columns.get(0).dtype()) {
        throw new IllegalArgumentException(
            "columns of lists that are joined have one type; these are "
                + columns.stream().map(Column::dtype).toList());
      }
    }
    return concatLists(columns, columns.get(0).values().type());
  }

  /**
   * Cuts each list.
   *
   * @param x sparse or ragged of rank 2, or dense of rank 1 or 2
   * @param count how many values are kept: the first ones, or, if negative, the last ones
   * @return lists, ragged if {@code x} is, else sparse
   */
  public static Column takeFromLists(Column x, long count) {
    return taken(RowLists.of(x, x.values().type()), count).column();
  }

  private static <T extends TType> RowLists<T> taken(RowLists<T> lists, long count) {
    Ops tf = lists.source().tracing().tf();
    Operand<TInt64> positions = lists.positions();
    if (count >= 0) {
      return lists.at(Numeric.flat(tf, tf.where(tf.math.less(positions, tf.constant(count)))));
    }
    Operand<TInt64> sizes = Numeric.countUpTo(tf, lists.rows(), lists.rows());
    Operand<TInt64> begins = Numeric.countBelow(tf, lists.rows(), lists.rows());
    Operand<TInt64> fromEnd = tf.math.sub(positions, tf.math.sub(sizes, begins));
    return lists.at(Numeric.flat(tf, tf.where(tf.math.greaterEqual(fromEnd, tf.constant(count)))));
  }

  /** Lists as a sparse column, as wide as the longest of them. */
  public static Column sparseLists(Column x) {
    return RowLists.of(x, x.values().type()).sparse();
  }

  private static <T extends TType> Column concatLists(
      List<? extends Column> columns, Class<T> type) {
    Ops tf = columns.get(0).tracing().tf();
    List<RowLists<T>> lists = columns.stream().map(c -> RowLists.of(c, type)).toList();
    List<Column.Sparse> sparse = lists.stream().map(RowLists::sparse).toList();
    SparseConcat<T> joined =
        SparseConcat.create(
            tf.scope(),
            sparse.stream().map(Column.Sparse::indices).toList(),
            lists.stream().map(RowLists::values).toList(),
            sparse.stream().map(Column.Sparse::denseShape).toList(),
            1L);
    Column source =
        columns.stream()
            .<Column>map(c -> c)
            .filter(c -> !(c instanceof Column.Ragged))
            .findFirst()
            .orElse(columns.get(0));
    return new RowLists<>(source, joined.outputValues(), Rows.column(tf, joined.outputIndices(), 0))
        .column();
  }

  /**
   * Moves the values of each row to its start, in their order.
   *
   * @throws IllegalArgumentException when the column is not sparse of rank 2
   */
  public static Column sparseTensorLeftAlign(Column sparseTensor) {
    if (!(sparseTensor instanceof Column.Sparse sparse) || sparse.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "the column must be sparse of rank 2, unlike " + sparseTensor.spec("x").type());
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
