// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Vectors of the rows of dense columns. */
final class VectorOps {

  private static final double SMALLEST_NORM = 1e-12;

  private VectorOps() {}

  static void register(Operations operations) {
    operations.add(
        "l2_normalize",
        "x, axis",
        "Divides the values along the dimension `axis` by the root of the sum of their squares.",
        a -> along(a, (tf, x, axis) -> normalized(a, x, axis)));
    operations.add(
        "argmax",
        "x, axis",
        "Takes the position of the largest value along the dimension `axis`, the first one of"
            + " several.",
        a ->
            along(
                a,
                (tf, x, axis) ->
                    RawOp.of(tf, "ArgMax")
                        .input(x)
                        .input(axis)
                        .attr("output_type", DType.INT64)
                        .output(0)));
    operations.add(
        "cumsum",
        "x, axis",
        "Sums the values along the dimension `axis` up to each position.",
        a -> along(a, (tf, x, axis) -> RawOp.apply(tf, "Cumsum", x, axis)));
    operations.add(
        "softmax",
        "x",
        "Computes exp(x) / sum(exp(x)) along the last dimension of each row.",
        VectorOps::softmax);
  }

  private interface Along {
    Operand<?> apply(Ops tf, Operand<?> x, Operand<?> axis);
  }

  private static Value along(Arguments a, Along operation) {
    Column.Dense x = a.dense("x");
    long axis = a.whole("axis");
    Shape shape = x.shape();
    if (axis == 0 || shape.hasRank() && (axis >= shape.rank() || axis <= -shape.rank())) {
      throw a.error(
          "axis", "must be a dimension after the rows, from 1 on; found " + axis + " of " + shape);
    }
    return column(a, operation.apply(a.tf(), x.values(), a.tf().constant((int) axis)));
  }

  private static Operand<?> normalized(Arguments a, Operand<?> x, Operand<?> axis) {
    Ops tf = a.tf();
    Operand<?> squares = RawOp.apply(tf, "Square", x);
    Operand<?> sum =
        RawOp.of(tf, "Sum").input(squares).input(axis).attr("keep_dims", true).output(0);
    DType dtype = DType.of(x.asOutput().dataType());
    Operand<?> least = RawOp.cast(tf, tf.constant(SMALLEST_NORM), dtype);
    return RawOp.apply(
        tf, "Mul", x, RawOp.apply(tf, "Rsqrt", RawOp.apply(tf, "Maximum", sum, least)));
  }

  private static Value softmax(Arguments a) {
    Column.Dense x = a.dense("x");
    if (!x.shape().hasRank() || x.shape().rank() < 2) {
      throw a.error("x", "must have vectors; found " + x.spec("x").type());
    }
    return column(a, RawOp.apply(a.tf(), "Softmax", x.values()));
  }

  private static Value column(Arguments a, Operand<?> operand) {
    return Value.of(a.interpreter().columns().column(operand));
  }
}
