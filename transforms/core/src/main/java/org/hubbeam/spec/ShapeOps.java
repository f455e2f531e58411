// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.RowSize;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Encodings;
import org.hubbeam.preprocessing.SparseTensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Shapes: none of these lets rows meet. */
final class ShapeOps {

  private ShapeOps() {}

  static void register(Operations operations) {
    operations.add(
        "item",
        "x, index",
        "Selects one of several results, such as `item(tukey_h_params(x), 0)`; `index` starts at"
            + " 0.",
        ShapeOps::item);
    operations.add(
        "broadcast",
        "x",
        "Repeats a value that is the same for all rows, once for each row.",
        ShapeOps::broadcast);
    operations.add(
        "squeeze",
        "x, axis",
        "Removes the dimension `axis`, which must have size 1.",
        ShapeOps::squeeze);
    operations.add(
        "expand_dims",
        "x, axis",
        "Inserts a dimension of size 1 at `axis`.",
        a -> along(a, a.value("x"), 1, (v, axis) -> RawOp.apply(a.tf(), "ExpandDims", v, axis)));
    operations.add(
        "stack",
        "inputs, axis",
        "Stacks dense columns along a new dimension `axis`.",
        a ->
            joined(
                a,
                a.items("inputs"),
                1,
                (v, axis) -> RawOp.of(a.tf(), "Pack").inputs(v).attr("axis", axis).output(0)));
    operations.add(
        "concat",
        "inputs, axis",
        "Concatenates dense columns along the existing dimension `axis`; with `axis=1`, lists row"
            + " by row, where one of the columns is of lists.",
        ShapeOps::concat);
    operations.add(
        "slice_column",
        "x, index",
        "Takes position `index` of the first dimension after the rows.",
        ShapeOps::sliceColumn);
    operations.add(
        "matmul",
        "x, y",
        "Multiplies each row vector by the matrix `y`, which is the same for all rows.",
        ShapeOps::matmul);
    operations.add(
        "one_hot",
        "x, depth=None, dtype=float32",
        "Encodes each integer as a vector with a 1 at its position; `depth` defaults to the number"
            + " of buckets or the size of the vocabulary that the integers come from.",
        ShapeOps::oneHot);
    operations.add(
        "multi_hot",
        "x, depth=None",
        "Encodes the integers of each row as one vector with a 1 at each of their positions;"
            + " `depth` as for `one_hot`.",
        ShapeOps::multiHot);
    operations.add(
        "reshape",
        "x, shape",
        "Gives each row another shape, such as `[784]` for `[28, 28]`; one size may be -1. Values"
            + " stay in their order.",
        ShapeOps::reshaped);
  }

  /** An operation along an axis. */
  interface Along {
    Operand<?> apply(Operand<?> x, Operand<?> axis);
  }

  private interface Joined {
    Operand<?> apply(List<Operand<?>> x, int axis);
  }

  private static Value item(Arguments a) {
    Value value = a.value("x");
    int index = a.small("index");
    if (!(value instanceof Value.Parts parts)) {
      throw a.error("x", "must have several parts; found " + value.describe());
    }
    if (index < 0 || index >= parts.parts().size()) {
      throw a.error("index", "must be from 0 to " + (parts.parts().size() - 1));
    }
    return parts.parts().get(index);
  }

  private static Value broadcast(Arguments a) {
    Ops tf = a.tf();
    Operand<?> x = a.statistic("x").operand();
    var rows = tf.expandDims(a.interpreter().columns().rows(), tf.constant(0));
    Operand<?> shape =
        tf.concat(List.of(rows, tf.shape(x, org.tensorflow.types.TInt64.class)), tf.constant(0));
    return column(a, RawOp.apply(tf, "BroadcastTo", x, shape));
  }

  private static Value squeeze(Arguments a) {
    return along(
        a,
        a.value("x"),
        0,
        (v, axis) ->
            a.tf().squeeze(v, org.tensorflow.op.core.Squeeze.axis(List.of(a.whole("axis")))));
  }

  private static Value reshaped(Arguments a) {
    Ops tf = a.tf();
    Column.Dense x = a.dense("x");
    Shape row = x.shape().row();
    if (!row.isFull()) {
      throw a.error("x", "must have rows of a known shape; found " + x.spec("x").type());
    }
    long size = row.dims().stream().reduce(1L, Math::multiplyExact);
    List<Long> wanted = a.wholes("shape");
    long given = wanted.stream().filter(d -> d >= 0).reduce(1L, Math::multiplyExact);
    long open = wanted.stream().filter(d -> d == -1).count();
    List<Long> dims = wanted;
    if (open == 1 && given > 0 && size % given == 0) {
      dims = wanted.stream().map(d -> d == -1 ? Long.valueOf(size / given) : d).toList();
    } else if (open > 0 || given != size || wanted.stream().anyMatch(d -> d < 0)) {
      throw a.error(
          "shape",
          wanted + " does not have the " + size + " values of a row of " + x.spec("x").type());
    }
    long[] full = new long[dims.size() + 1];
    full[0] = -1;
    for (int i = 0; i < dims.size(); i++) {
      full[i + 1] = dims.get(i);
    }
    return column(a, tf.reshape(x.values(), tf.constant(full)));
  }

  /** An operation along a dimension of a dense column or a statistic. */
  static Value along(Arguments a, Value given, int added, Along operation) {
    Value x = dense(a, given);
    checkAxis(a, List.of(x), added);
    Operand<?> result = operation.apply(Value.operand(x), a.tf().constant(a.small("axis")));
    return like(a, x, result);
  }

  private static Value joined(Arguments a, List<Value> given, int added, Joined operation) {
    List<Value> inputs = given.stream().map(v -> dense(a, v)).toList();
    if (inputs.isEmpty()) {
      throw a.error("inputs", "must not be empty");
    }
    boolean rows = inputs.stream().allMatch(Value.Rows.class::isInstance);
    if (!rows && inputs.stream().anyMatch(Value.Rows.class::isInstance)) {
      throw a.error("inputs", "must all be columns, or none: broadcast(x) makes columns");
    }
    checkAxis(a, inputs, added);
    List<Operand<?>> operands = inputs.stream().<Operand<?>>map(Value::operand).toList();
    return like(a, inputs.get(0), operation.apply(operands, a.small("axis")));
  }

  private static Value concat(Arguments a) {
    List<Value> inputs = a.items("inputs");
    if (inputs.stream().noneMatch(ShapeOps::hasLists)) {
      return joined(
          a,
          inputs,
          0,
          (v, axis) ->
              RawOp.of(a.tf(), "ConcatV2").inputs(v).input(a.tf().constant(axis)).output(0));
    }
    if (a.whole("axis") != 1 && a.whole("axis") != -1) {
      throw a.error("axis", "must be 1 for lists; found " + a.whole("axis"));
    }
    List<Column> columns = new ArrayList<>();
    for (Value input : inputs) {
      if (!(input instanceof Value.Rows rows)) {
        throw a.error("inputs", "must all be columns: broadcast(x) makes columns");
      }
      columns.add(rows.column());
    }
    return Value.of(SparseTensors.concatLists(columns));
  }

  private static boolean hasLists(Value value) {
    return value instanceof Value.Rows rows && !(rows.column() instanceof Column.Dense);
  }

  private static void checkAxis(Arguments a, List<Value> inputs, int added) {
    long axis = a.whole("axis");
    for (Value input : inputs) {
      if (input instanceof Value.Rows rows) {
        Shape shape = rows.column().shape();
        if (axis == 0 || axis < 0 && (!shape.hasRank() || axis + shape.rank() + added == 0)) {
          throw a.error("axis", "must not be the dimension of the rows; found " + axis);
        }
      }
    }
  }

  private static Value sliceColumn(Arguments a) {
    Ops tf = a.tf();
    Value x = dense(a, a.value("x"));
    Operand<?> taken =
        RawOp.apply(
            tf, "GatherV2", Value.operand(x), tf.constant(a.small("index")), tf.constant(1));
    return like(a, x, taken);
  }

  private static Value matmul(Arguments a) {
    Value x = dense(a, a.value("x"));
    return like(a, x, RawOp.apply(a.tf(), "MatMul", Value.operand(x), a.statistic("y").operand()));
  }

  private static Value oneHot(Arguments a) {
    Column x = a.column("x");
    Column hot;
    if (!a.has("depth")) {
      hot = Encodings.oneHot(x);
    } else if (a.expression("depth") instanceof Expression.Plain) {
      hot = Encodings.oneHot(x, a.size("depth", RowSize.LARGEST));
    } else {
      hot = Encodings.oneHot(x, a.statistic("depth"));
    }
    return Value.of(hot.map(v -> RawOp.cast(a.tf(), v, a.dtype("dtype"))));
  }

  private static Value multiHot(Arguments a) {
    Column x = a.column("x");
    if (!a.has("depth")) {
      return Value.of(Encodings.multiHot(x));
    }
    return Value.of(
        a.expression("depth") instanceof Expression.Plain
            ? Encodings.multiHot(x, a.size("depth", RowSize.LARGEST))
            : Encodings.multiHot(x, a.statistic("depth")));
  }

  private static Value dense(Arguments a, Value value) {
    if (!Value.hasValues(value)
        || value instanceof Value.Rows rows && !(rows.column() instanceof Column.Dense)) {
      throw a.error("expected dense columns, found " + value.describe());
    }
    return value;
  }

  static Value like(Arguments a, Value x, Operand<?> operand) {
    return x instanceof Value.Rows ? column(a, operand) : a.interpreter().whole(operand);
  }

  private static Value column(Arguments a, Operand<?> operand) {
    return Value.of(a.interpreter().columns().column(operand));
  }
}
