// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.RowSize;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Imputation;
import org.hubbeam.preprocessing.SparseTensors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;

/** Columns of lists: their parts, and the imputation of missing values. */
final class SparseOps {

  private SparseOps() {}

  static void register(Operations operations) {
    operations.add(
        "sparse_values",
        "x",
        "Returns the values of a column of lists, without their rows.",
        a -> Value.of(a.interpreter().columns().column(a.sparse("x").values())));
    operations.add(
        "sparse_values_row",
        "x",
        "Returns the row number of each value of a column of lists.",
        SparseOps::rows);
    operations.add(
        "with_values",
        "x, values",
        "Replaces the values of a column of lists; the number of values stays the same.",
        a -> Value.of(a.sparse("x").withValues(a.dense("values").values())));
    operations.add(
        "sparse_shift",
        "x, by",
        "Moves the values of each list by `by` positions to the right.",
        SparseOps::shifted);
    operations.add(
        "sparse_tensor_left_align",
        "sparse_tensor",
        "Moves the values of each row to the left, so that no position before them is empty.",
        a -> Value.of(SparseTensors.sparseTensorLeftAlign(a.column("sparse_tensor"))));
    operations.add(
        "sparse_tensor_to_dense_with_shape",
        "x, shape, default_value=None",
        "Makes a dense column of this shape (`None` for an unknown dimension), with `default_value`"
            + " (0 or an empty string) at empty positions.",
        SparseOps::filled);
    operations.add(
        "impute",
        "x, strategy=None, value=None",
        "Replaces missing values by the `mean`, `median` or `mode` of the data as `strategy` says,"
            + " or like `fill_missing`.",
        SparseOps::imputed);
    operations.add(
        "fill_missing",
        "x, value",
        "Replaces missing values by `value`: a constant, or the same for all rows, such as"
            + " `mean(x)`. A row has one value or none; `take` and `pad` are for longer lists.",
        a -> filledIn(a, a.column("x")));
    operations.add(
        "take",
        "x, count",
        "Cuts each list to its first `count` values; to the last ones if `count` is negative.",
        a -> Value.of(SparseTensors.takeFromLists(a.column("x"), a.whole("count"))));
    operations.add(
        "pad",
        "x, length, default_value=None",
        "Makes a dense column of lists: each is cut to its first `length` values, or filled up with"
            + " `default_value` (0 or an empty string).",
        SparseOps::padded);
    operations.add(
        "is_missing",
        "x",
        "Tests whether a row has no value, or NaN.",
        a -> Value.of(Imputation.isMissing(a.column("x"))));
  }

  private static Value filled(Arguments a) {
    Column x = a.column("x");
    List<Long> dims = new ArrayList<>();
    for (Expression dim : a.list("shape")) {
      boolean free = dim instanceof Expression.Plain plain && plain.value() == null;
      dims.add(free ? -1L : ConstantArrays.whole(a.plain("shape", dim)));
    }
    RowSize.fault(dims)
        .ifPresent(
            fault -> {
              throw a.error("shape", fault);
            });
    return dense(a, x, new Shape(dims));
  }

  private static Value padded(Arguments a) {
    int length = a.size("length", RowSize.LARGEST);
    Column cut = SparseTensors.takeFromLists(a.column("x"), length);
    return dense(a, SparseTensors.sparseLists(cut), Shape.of(-1, length));
  }

  private static Value dense(Arguments a, Column x, Shape shape) {
    if (!a.has("default_value")) {
      return Value.of(SparseTensors.sparseTensorToDenseWithShape(x, shape));
    }
    Expression.Plain value = a.constant("default_value");
    if (x.dtype() == DType.STRING) {
      return Value.of(
          SparseTensors.sparseTensorToDenseWithShape(x, shape, ConstantArrays.text(value)));
    }
    return Value.of(
        value.isWhole()
            ? SparseTensors.sparseTensorToDenseWithShape(x, shape, ConstantArrays.whole(value))
            : SparseTensors.sparseTensorToDenseWithShape(x, shape, ConstantArrays.number(value)));
  }

  private static Value imputed(Arguments a) {
    Column x = a.column("x");
    if (a.has("strategy") == a.has("value")) {
      throw a.error("either a strategy or a value is needed");
    }
    if (a.has("strategy")) {
      return Value.of(Imputation.impute(x, strategy(a)));
    }
    return filledIn(a, x);
  }

  private static Value filledIn(Arguments a, Column x) {
    Expression given = a.expression("value");
    if (!ConstantArrays.isPlain(given) && !(given instanceof Expression.Const)) {
      return Value.of(Imputation.impute(x, a.statistic("value")));
    }
    Expression.Plain value = a.constant("value");
    if (x.dtype() == DType.STRING) {
      return Value.of(Imputation.impute(x, ConstantArrays.text(value)));
    }
    return Value.of(
        value.isWhole()
            ? Imputation.impute(x, ConstantArrays.whole(value))
            : Imputation.impute(x, ConstantArrays.number(value)));
  }

  private static Imputation.Strategy strategy(Arguments a) {
    return switch (a.text("strategy")) {
      case "mean" -> Imputation.Strategy.MEAN;
      case "median" -> Imputation.Strategy.MEDIAN;
      case "mode" -> Imputation.Strategy.MODE;
      default -> throw a.error("strategy", "must be mean, median or mode");
    };
  }

  private static Value rows(Arguments a) {
    Ops tf = a.tf();
    Operand<TInt64> first = tf.gather(a.sparse("x").indices(), tf.constant(0), tf.constant(1));
    return Value.of(a.interpreter().columns().column(first));
  }

  private static Value shifted(Arguments a) {
    Ops tf = a.tf();
    Column.Sparse x = a.sparse("x");
    if (x.shape().rank() != 2) {
      throw a.error("x", "must be a column of plain lists; found " + x.spec("x").type());
    }
    long by = a.whole("by");
    if (by < 0) {
      throw a.error("by", "must not be negative; found " + by);
    }
    return Value.of(
        new Column.Sparse(
            x.tracing(),
            tf.math.add(x.indices(), tf.constant(new long[][] {{0, by}})),
            x.values(),
            tf.math.add(x.denseShape(), tf.constant(new long[] {0, by})),
            x.shape(),
            x.domain()));
  }
}
