// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;

/** Arithmetic, comparisons, logic and types. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  /** By line: the name, TensorFlow's operation, and the description. */
  private static final String UNARY =
      """
      neg Neg Negates each value.
      abs Abs Takes the absolute value.
      log Log Takes the natural logarithm.
      log1p Log1p Takes the natural logarithm of 1 + x.
      exp Exp Computes e to the power of x.
      sqrt Sqrt Takes the square root.
      square Square Squares each value.
      round Round Rounds to the nearest integer, halves to the even one.
      floor Floor Rounds down.
      ceil Ceil Rounds up.
      sign Sign Takes the sign: -1, 0 or 1.
      sigmoid Sigmoid Computes 1 / (1 + exp(-x)).
      tanh Tanh Computes the hyperbolic tangent.
      sin Sin Computes the sine of an angle in radians.
      cos Cos Computes the cosine of an angle in radians.
      is_nan IsNan Tests for NaN.
      is_finite IsFinite Tests for values that are neither infinite nor NaN.
      logical_not LogicalNot Negates booleans.
      zeros_like ZerosLike Replaces each value by 0.
      ones_like OnesLike Replaces each value by 1.
      tan Tan Computes the tangent of an angle in radians.
      asin Asin Computes the angle in radians with this sine.
      acos Acos Computes the angle in radians with this cosine.
      atan Atan Computes the angle in radians with this tangent.
      sinh Sinh Computes the hyperbolic sine.
      cosh Cosh Computes the hyperbolic cosine.
      expm1 Expm1 Computes exp(x) - 1, also near 0.
      rsqrt Rsqrt Computes 1 / sqrt(x).
      reciprocal Reciprocal Computes 1 / x.
      erf Erf Computes the error function.
      relu Relu Replaces negative values by 0.
      softplus Softplus Computes log(1 + exp(x)).
      is_inf IsInf Tests for infinite values.
      """;

  private static final String BINARY =
      """
      sub Sub Subtracts.
      mul Mul Multiplies.
      floordiv FloorDiv Divides and rounds down.
      mod FloorMod Computes the remainder of `floordiv`.
      minimum Minimum Takes the smaller of two values.
      maximum Maximum Takes the larger of two values.
      pow Pow Computes x to the power of y.
      equal Equal Tests whether x = y.
      not_equal NotEqual Tests whether x and y differ.
      less Less Tests whether x < y.
      less_equal LessEqual Tests whether x is at most y.
      greater Greater Tests whether x > y.
      greater_equal GreaterEqual Tests whether x is at least y.
      logical_and LogicalAnd Tests whether both are true.
      logical_or LogicalOr Tests whether one of them is true.
      logical_xor NotEqual Tests whether exactly one of them is true.
      atan2 Atan2 Computes the angle in radians of the point (y, x), given in this order.
      squared_difference SquaredDifference Squares the difference.
      div_no_nan DivNoNan Divides; the result is 0 where y is 0.
      """;

  static void register(Operations operations) {
    for (String line : UNARY.lines().toList()) {
      String[] row = line.split(" ", 3);
      operations.add(
          row[0],
          "x",
          row[2],
          a -> Elementwise.map(a, a.value("x"), v -> RawOp.apply(a.tf(), row[1], v)));
    }
    for (String line : BINARY.lines().toList()) {
      String[] row = line.split(" ", 3);
      operations.add(
          row[0],
          "x, y",
          row[2],
          a ->
              Elementwise.combine(
                  a, a.values("x", "y"), v -> RawOp.apply(a.tf(), row[1], v.get(0), v.get(1))));
    }
    operations.add(
        "add",
        "x, y",
        "Adds; strings are joined.",
        a -> Elementwise.combine(a, a.values("x", "y"), v -> added(a.tf(), v)));
    operations.add(
        "div",
        "x, y",
        "Divides; integers are divided as float64 numbers.",
        a -> Elementwise.combine(a, a.numbers("x", "y"), v -> divided(a.tf(), v)));
    operations.add(
        "cast", "x, dtype", "Converts each value to the type `dtype`.", ElementwiseOps::cast);
    operations.add(
        "clip",
        "x, min=None, max=None",
        "Replaces values below `min` by it, and values above `max`; one of them may be left out.",
        ElementwiseOps::clip);
    operations.add(
        "clip_by_value",
        "x, clip_value_min, clip_value_max",
        "Replaces values below `clip_value_min` or above `clip_value_max` by these.",
        a -> clipped(a, List.of("Maximum", "Minimum"), "clip_value_min", "clip_value_max"));
    operations.add(
        "where",
        "cond, x, y",
        "Takes the value of `x` where `cond` is true, else that of `y`.",
        ElementwiseOps::where);
  }

  private static Value clip(Arguments a) {
    if (a.has("min") && a.has("max")) {
      return clipped(a, List.of("Maximum", "Minimum"), "min", "max");
    }
    if (!a.has("min") && !a.has("max")) {
      throw a.error("'min' or 'max' is missing");
    }
    return a.has("min")
        ? clipped(a, List.of("Maximum"), "min")
        : clipped(a, List.of("Minimum"), "max");
  }

  /** The limits in turn, the last one first, as {@code tf.clip_by_value} does. */
  private static Value clipped(Arguments a, List<String> types, String... limits) {
    String[] names = new String[limits.length + 1];
    names[0] = "x";
    System.arraycopy(limits, 0, names, 1, limits.length);
    return Elementwise.combine(
        a,
        a.values(names),
        v -> {
          Operand<?> clipped = v.get(0);
          for (int i = types.size() - 1; i >= 0; i--) {
            clipped = RawOp.apply(a.tf(), types.get(i), clipped, v.get(i + 1));
          }
          return clipped;
        });
  }

  private static Operand<?> added(Ops tf, List<Operand<?>> operands) {
    boolean strings = operands.get(0).asOutput().dataType() == DType.STRING.proto();
    return RawOp.apply(tf, strings ? "Add" : "AddV2", operands.get(0), operands.get(1));
  }

  private static Value cast(Arguments a) {
    DType to = a.dtype("dtype");
    Value x = a.value("x");
    DType from = Value.hasValues(x) ? Value.dtype(x) : to;
    if (from != to && (from == DType.STRING || to == DType.STRING)) {
      throw a.error(
          from == DType.STRING
              ? "a string is read as a number by to_number(x, " + to + ")"
              : "a number is written as a string by as_string(x)");
    }
    return Elementwise.map(a, x, v -> RawOp.cast(a.tf(), v, to));
  }

  /** Integers are divided as floating point numbers. */
  private static Operand<?> divided(Ops tf, List<Operand<?>> operands) {
    DType dtype = DType.of(operands.get(0).asOutput().dataType());
    DType real = dtype.isFloating() ? dtype : dtype.bytes() < 4 ? DType.FLOAT32 : DType.FLOAT64;
    return RawOp.apply(
        tf,
        "RealDiv",
        RawOp.cast(tf, operands.get(0), real),
        RawOp.cast(tf, operands.get(1), real));
  }

  private static Value where(Arguments a) {
    List<Value> chosen = a.values("x", "y");
    List<Value> all = List.of(a.value("cond"), chosen.get(0), chosen.get(1));
    return Elementwise.combine(
        a, all, v -> RawOp.apply(a.tf(), "SelectV2", v.get(0), v.get(1), v.get(2)));
  }
}
