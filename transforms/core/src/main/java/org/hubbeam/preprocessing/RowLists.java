// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * The values of a column row after row, each with its row: what lists of different lengths are,
 * however they are laid out.
 *
 * @param source the column they come from
 * @param values a vector
 * @param rows the row of each value, never falling
 */
record RowLists<T extends TType>(Column source, Operand<T> values, Operand<TInt64> rows) {

  /**
   * The values of a column of lists: sparse or ragged of rank 2, or dense of rank 1 or 2.
   *
   * @throws IllegalArgumentException for a column of another rank or type
   */
  static <T extends TType> RowLists<T> of(Column x, Class<T> type) {
    int rank = x.shape().hasRank() ? x.shape().rank() : -1;
    boolean vectors = x instanceof Column.Dense && rank == 1;
    if (rank != 2 && !vectors) {
      throw new IllegalArgumentException("lists have two dimensions, unlike " + x.spec("x").type());
    }
    Ops tf = x.tracing().tf();
    Operand<T> values = Numeric.flat(tf, x.values(type));
    return new RowLists<>(
        x, values, x instanceof Column.Dense ? denseRows(x, values) : Rows.rowIds(x));
  }

  private static Operand<TInt64> denseRows(Column x, Operand<?> flat) {
    Ops tf = x.tracing().tf();
    Operand<TInt64> positions = Numeric.positions(tf, flat);
    return x.shape().rank() == 1
        ? positions
        : tf.math.floorDiv(positions, Rows.element(tf, tf.shape(x.values(), TInt64.class), 1));
  }

  /** The values at these places, which rise. */
  RowLists<T> at(Operand<TInt64> places) {
    Ops tf = tf();
    return new RowLists<>(
        source, tf.gather(values, places, tf.constant(0)), tf.gather(rows, places, tf.constant(0)));
  }

  /** Other values at the same places. */
  <U extends TType> RowLists<U> with(Operand<U> others) {
    return new RowLists<>(source, others, rows);
  }

  /** The place of each value within its row, from 0 on. */
  Operand<TInt64> positions() {
    return positions(tf(), rows);
  }

  /** The place of each element within its segment. */
  static Operand<TInt64> positions(Ops tf, Operand<TInt64> segments) {
    return tf.math.sub(Numeric.positions(tf, segments), Numeric.countBelow(tf, segments, segments));
  }

  /** The row and the place within the row of each value, as a sparse tensor has them. */
  Operand<TInt64> indices() {
    return pairs(tf(), rows, positions());
  }

  /** Two vectors as the columns of a matrix. */
  static Operand<TInt64> pairs(Ops tf, Operand<TInt64> first, Operand<TInt64> second) {
    return tf.stack(List.of(first, second), Stack.axis(1L));
  }

  /** How many rows there are. */
  Operand<TInt64> count() {
    return Rows.count(source);
  }

  /** The lists as a column: ragged where the source is, else sparse. */
  Column column() {
    return source instanceof Column.Ragged ? ragged() : sparse();
  }

  private Column ragged() {
    Ops tf = tf();
    Operand<TInt64> ends =
        tf.range(tf.constant(0L), tf.math.add(count(), tf.constant(1L)), tf.constant(1L));
    return new Column.Ragged(
        source.tracing(),
        values,
        List.of(Numeric.countBelow(tf, rows, ends)),
        Shape.of(-1, -1),
        null);
  }

  /** The lists as a sparse column, as wide as the longest of them. */
  Column.Sparse sparse() {
    Ops tf = tf();
    Operand<TInt64> positions = positions();
    Operand<TInt64> none = tf.constant(new long[] {-1});
    Operand<TInt64> last =
        tf.reduceMax(tf.concat(List.of(none, positions), tf.constant(0)), tf.constant(0));
    return new Column.Sparse(
        source.tracing(),
        pairs(tf, rows, positions),
        values,
        tf.stack(List.of(count(), tf.math.add(last, tf.constant(1L)))),
        Shape.of(-1, -1),
        null);
  }

  private Ops tf() {
    return source.tracing().tf();
  }
}
