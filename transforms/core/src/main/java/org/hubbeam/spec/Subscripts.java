// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.SparseTensors;
import org.hubbeam.spec.Expression.Positions;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Positions of values, as in Python: {@code x[:, 0]}. */
final class Subscripts {

  private Subscripts() {}

  /**
   * Takes positions. Those of a column begin with {@code :}, all rows.
   *
   * @throws SpecException when the value has no such positions
   */
  static Value take(Interpreter interpreter, Expression.Subscript subscript, Value value) {
    if (value instanceof Value.Parts parts) {
      return part(subscript, parts.parts());
    }
    if (value instanceof Value.Whole whole) {
      checkRank(subscript, whole.statistic().shape());
      return interpreter.whole(
          slice(interpreter.columns().tf(), subscript, whole.statistic().operand()));
    }
    if (!(value instanceof Value.Rows rows)) {
      throw error(subscript, "there are no positions of " + value.describe());
    }
    if (!(subscript.positions().get(0) instanceof Positions.Range all) || !all.isAll()) {
      throw error(
          subscript,
          "rows are not picked: the first position is ':', as in "
              + subscript.of()
              + "[:, "
              + subscript.positions().get(0)
              + "]");
    }
    if (!(rows.column() instanceof Column.Dense dense)) {
      return Value.of(SparseTensors.takeFromLists(rows.column(), count(subscript)));
    }
    checkRank(subscript, dense.shape());
    return Value.of(
        interpreter.columns().column(slice(interpreter.columns().tf(), subscript, dense.values())));
  }

  /** How many of the values of lists are taken: the first ones, or, if negative, the last ones. */
  private static long count(Expression.Subscript subscript) {
    if (subscript.positions().size() == 2
        && subscript.positions().get(1) instanceof Positions.Range range) {
      Long from = range.from();
      Long to = range.to();
      if (from == null && to != null && to >= 0) {
        return to;
      }
      if (from != null && to == null && from < 0) {
        return from;
      }
    }
    throw error(
        subscript,
        "of lists, the first values are taken by [:, :n] and the last ones by [:, -n:]; pad(x, n)"
            + " gives them fixed positions");
  }

  private static Value part(Expression.Subscript subscript, List<Value> parts) {
    if (subscript.positions().size() == 1
        && subscript.positions().get(0) instanceof Positions.At at
        && at.position() >= 0
        && at.position() < parts.size()) {
      return parts.get((int) at.position());
    }
    throw error(subscript, "there are " + parts.size() + " results, from 0 on");
  }

  private static void checkRank(Expression.Subscript subscript, Shape shape) {
    long taken = subscript.positions().stream().filter(p -> !(p instanceof Positions.New)).count();
    if (shape.hasRank() && taken > shape.rank()) {
      throw error(subscript, "there are " + shape.rank() + " dimensions, " + shape);
    }
  }

  private static Operand<?> slice(Ops tf, Expression.Subscript subscript, Operand<?> operand) {
    List<Positions> positions = subscript.positions();
    int[] begins = new int[positions.size()];
    int[] ends = new int[positions.size()];
    int[] strides = new int[positions.size()];
    long open = 0;
    long openEnds = 0;
    long single = 0;
    long added = 0;
    for (int i = 0; i < positions.size(); i++) {
      long bit = 1L << i;
      strides[i] = 1;
      if (positions.get(i) instanceof Positions.At at) {
        begins[i] = Math.toIntExact(at.position());
        ends[i] = begins[i] + 1;
        single |= bit;
      } else if (positions.get(i) instanceof Positions.Range range) {
        begins[i] = range.from() == null ? 0 : Math.toIntExact(range.from());
        ends[i] = range.to() == null ? 0 : Math.toIntExact(range.to());
        open |= range.from() == null ? bit : 0;
        openEnds |= range.to() == null ? bit : 0;
      } else {
        added |= bit;
      }
    }
    return RawOp.of(tf, "StridedSlice")
        .input(operand)
        .input(tf.constant(begins))
        .input(tf.constant(ends))
        .input(tf.constant(strides))
        .attr("begin_mask", open)
        .attr("end_mask", openEnds)
        .attr("shrink_axis_mask", single)
        .attr("new_axis_mask", added)
        .output(0);
  }

  private static SpecException error(Expression.Subscript subscript, String message) {
    return subscript.location().error(message);
  }
}
