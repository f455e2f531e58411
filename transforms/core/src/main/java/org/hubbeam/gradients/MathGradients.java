// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.hubbeam.gradients.SparseGradients.add;
import static org.hubbeam.gradients.SparseGradients.list;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;

/** Gradients of mathematical functions. */
final class MathGradients {

  private static final double TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

  private MathGradients() {}

  static void register() {
    add("Cumprod", MathGradients::cumprod);
    add("Xlogy", MathGradients::xlogy);
    add("Xlog1py", MathGradients::xlog1py);
    add("Xdivy", MathGradients::xdivy);
    add("MulNoNan", MathGradients::mulNoNan);
    add("FloorMod", MathGradients::floorMod);
    add("EuclideanNorm", MathGradients::norm);
    add("Erfc", MathGradients::erfc);
    add(
        "Digamma",
        (ops, dy) -> list(ops.mul(dy.get(0), ops.op("Polygamma", ops.ones(ops.in(0)), ops.in(0)))));
    add("Cross", MathGradients::cross);
    add("MatrixInverse", MathGradients::inverse);
    add("MatrixDeterminant", MathGradients::determinant);
    add("MatrixSolve", MathGradients::solve);
    add("MatrixTriangularSolve", MathGradients::triangularSolve);
    add("Cholesky", MathGradients::cholesky);
    add("ComplexAbs", MathGradients::complexAbs);
    for (String dimensions : List.of("", "2D", "3D")) {
      add("FFT" + dimensions, (ops, dy) -> transform(ops, dy, "IFFT" + dimensions));
      add("IFFT" + dimensions, (ops, dy) -> inverseTransform(ops, dy, "FFT" + dimensions));
    }
    add("RFFT", MathGradients::realTransform);
    add("IRFFT", MathGradients::inverseRealTransform);
  }

  private static List<? extends @Nullable Operand<?>> cumprod(GradientOps ops, List<Output<?>> dy) {
    Output<?> prod = ops.op("Cumprod").in(ops.in(0), ops.in(1)).same("exclusive", "reverse").get();
    Output<?> sum =
        ops.op("Cumsum")
            .in(ops.mul(prod, dy.get(0)), ops.in(1))
            .same("exclusive")
            .with("reverse", !ops.flag("reverse"))
            .get();
    return list(ops.op("DivNoNan", sum, ops.in(0)));
  }

  private static Output<?> nonZero(GradientOps ops, Output<?> x) {
    return ops.cast(ops.op("NotEqual", x, ops.number(0, x)), x);
  }

  private static List<? extends @Nullable Operand<?>> binary(
      GradientOps ops, List<Output<?>> dy, Output<?> byX, Output<?> byY) {
    return ops.unbroadcast(ops.in(0), ops.mul(dy.get(0), byX), ops.in(1), ops.mul(dy.get(0), byY));
  }

  private static List<? extends @Nullable Operand<?>> xlogy(GradientOps ops, List<Output<?>> dy) {
    Output<?> x = ops.in(0);
    Output<?> y = ops.in(1);
    return binary(ops, dy, ops.op("Xlogy", nonZero(ops, x), y), ops.op("Xdivy", x, y));
  }

  private static List<? extends @Nullable Operand<?>> xlog1py(GradientOps ops, List<Output<?>> dy) {
    Output<?> x = ops.in(0);
    Output<?> y = ops.in(1);
    Output<?> more = ops.add(y, ops.number(1, y));
    return binary(ops, dy, ops.op("Xlog1py", nonZero(ops, x), y), ops.op("Xdivy", x, more));
  }

  private static List<? extends @Nullable Operand<?>> xdivy(GradientOps ops, List<Output<?>> dy) {
    Output<?> x = ops.in(0);
    Output<?> y = ops.in(1);
    return binary(
        ops,
        dy,
        ops.op("Xdivy", nonZero(ops, x), y),
        ops.op("Xdivy", ops.neg(x), ops.op("Square", y)));
  }

  private static List<? extends @Nullable Operand<?>> mulNoNan(
      GradientOps ops, List<Output<?>> dy) {
    return ops.unbroadcast(
        ops.in(0),
        ops.op("MulNoNan", dy.get(0), ops.in(1)),
        ops.in(1),
        ops.op("MulNoNan", ops.in(0), dy.get(0)));
  }

  private static List<? extends @Nullable Operand<?>> floorMod(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> times = ops.op("FloorDiv", ops.in(0), ops.in(1));
    return ops.unbroadcast(
        ops.in(0),
        ops.op("BroadcastTo", dy.get(0), ops.shape(ops.out(0))),
        ops.in(1),
        ops.neg(ops.mul(dy.get(0), times)));
  }

  private static List<? extends @Nullable Operand<?>> norm(GradientOps ops, List<Output<?>> dy) {
    Output<?> x = ops.in(0);
    Output<?> kept =
        ops.shape(ops.op("EuclideanNorm").in(x, ops.in(1)).with("keep_dims", true).get());
    Output<?> ratio =
        ops.op("DivNoNan", ops.reshape(dy.get(0), kept), ops.reshape(ops.out(0), kept));
    return list(ops.mul(x, ratio));
  }

  private static List<? extends @Nullable Operand<?>> erfc(GradientOps ops, List<Output<?>> dy) {
    Output<?> bell = ops.op("Exp", ops.neg(ops.op("Square", ops.in(0))));
    return list(ops.mul(dy.get(0), ops.mul(ops.number(-TWO_BY_ROOT_PI, bell), bell)));
  }

  private static List<? extends @Nullable Operand<?>> cross(GradientOps ops, List<Output<?>> dy) {
    return List.of(ops.op("Cross", ops.in(1), dy.get(0)), ops.op("Cross", dy.get(0), ops.in(0)));
  }

  private static List<? extends @Nullable Operand<?>> inverse(GradientOps ops, List<Output<?>> dy) {
    boolean adjoint = ops.flag("adjoint");
    Output<?> inverse = ops.out(0);
    Output<?> product =
        adjoint
            ? ops.matmul(ops.matmul(inverse, ops.adjoint(dy.get(0))), inverse)
            : ops.matmul(ops.matmul(ops.adjoint(inverse), dy.get(0)), ops.adjoint(inverse));
    return list(ops.neg(product));
  }

  private static List<? extends @Nullable Operand<?>> determinant(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> inverse = ops.op("MatrixInverse").in(ops.in(0)).with("adjoint", true).get();
    Output<?> factor = ops.mul(dy.get(0), ops.out(0));
    return list(
        ops.mul(ops.reshape(factor, ops.concat(ops.shape(factor), ops.ints(1, 1))), inverse));
  }

  private static List<? extends @Nullable Operand<?>> solve(GradientOps ops, List<Output<?>> dy) {
    boolean adjoint = ops.flag("adjoint");
    Output<?> right =
        ops.op("MatrixSolve").in(ops.in(0), dy.get(0)).with("adjoint", !adjoint).get();
    Output<?> product =
        adjoint
            ? ops.matmul(ops.out(0), ops.adjoint(right))
            : ops.matmul(right, ops.adjoint(ops.out(0)));
    return list(ops.neg(product), right);
  }

  private static List<? extends @Nullable Operand<?>> triangularSolve(
      GradientOps ops, List<Output<?>> dy) {
    boolean adjoint = ops.flag("adjoint");
    boolean lower = ops.flag("lower");
    Output<?> right =
        ops.op("MatrixTriangularSolve")
            .in(ops.in(0), dy.get(0))
            .with("lower", lower)
            .with("adjoint", !adjoint)
            .get();
    Output<?> product =
        ops.neg(
            adjoint
                ? ops.matmul(ops.out(0), ops.adjoint(right))
                : ops.matmul(right, ops.adjoint(ops.out(0))));
    return list(
        ops.op("MatrixBandPart", product, ops.integer(lower ? -1 : 0), ops.integer(lower ? 0 : -1)),
        right);
  }

  private static List<? extends @Nullable Operand<?>> cholesky(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> l = ops.out(0);
    Output<?> inverse =
        ops.op("MatrixTriangularSolve")
            .in(l, ops.op("MatrixDiag", ops.ones(ops.op("MatrixDiagPart", l))))
            .get();
    Output<?> middle = ops.matmul(ops.adjoint(l), dy.get(0));
    Output<?> lower = ops.op("MatrixBandPart", middle, ops.integer(-1), ops.integer(0));
    Output<?> half =
        ops.op(
            "MatrixSetDiag", lower, ops.mul(ops.number(0.5, l), ops.op("MatrixDiagPart", lower)));
    Output<?> product = ops.matmul(ops.matmul(ops.adjoint(inverse), half), inverse);
    return list(ops.mul(ops.number(0.5, l), ops.add(product, ops.adjoint(product))));
  }

  private static List<? extends @Nullable Operand<?>> complexAbs(
      GradientOps ops, List<Output<?>> dy) {
    return list(
        ops.mul(
            ops.op("Complex")
                .in(dy.get(0), ops.zeros(dy.get(0)))
                .with("Tout", ops.in(0).dataType())
                .get(),
            ops.op("Sign", ops.in(0))));
  }

  /** The number of values that a transform takes together, as a complex number. */
  private static Output<?> size(GradientOps ops, Output<?> tensor, String transform) {
    int dimensions = transform.endsWith("3D") ? 3 : transform.endsWith("2D") ? 2 : 1;
    Output<?> last =
        ops.op(
            "Slice",
            ops.shape(tensor),
            ops.expand(ops.sub(ops.rank(tensor), ops.integer(dimensions)), 0),
            ops.ints(-1));
    return ops.cast(ops.op("Prod", last, ops.integer(0)), tensor);
  }

  private static List<? extends @Nullable Operand<?>> transform(
      GradientOps ops, List<Output<?>> dy, String inverse) {
    return list(ops.mul(ops.op(inverse, dy.get(0)), size(ops, dy.get(0), inverse)));
  }

  private static List<? extends @Nullable Operand<?>> inverseTransform(
      GradientOps ops, List<Output<?>> dy, String forward) {
    return list(ops.div(ops.op(forward, dy.get(0)), size(ops, dy.get(0), forward)));
  }

  private static Output<?> last(GradientOps ops, Output<?> tensor) {
    return ops.gather(ops.shape(tensor), ops.sub(ops.rank(tensor), ops.integer(1)));
  }

  /**
   * The signal may be cut or filled up with zeros to the length of the transform. The gradient is
   * the real part of the full transform of the half that there is, padded with zeros.
   */
  private static List<? extends @Nullable Operand<?>> realTransform(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> length = ops.gather(ops.in(1), ops.integer(0));
    Output<?> half = dy.get(0);
    Output<?> padded = resized(ops, half, length);
    Output<?> conjugate = ops.op("Conj", padded);
    Output<?> real =
        ops.op("Real").in(ops.op("FFT", conjugate)).with("Tout", ops.in(0).dataType()).get();
    return list(resized(ops, real, last(ops, ops.in(0))));
  }

  private static List<? extends @Nullable Operand<?>> inverseRealTransform(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> length = ops.gather(ops.in(1), ops.integer(0));
    Output<?> full =
        ops.op("RFFT").in(dy.get(0), ops.in(1)).with("Tcomplex", ops.in(0).dataType()).get();
    // All but the first, and the last of an even length, stand for two values.
    Output<?> count = last(ops, full);
    Output<?> numbers = ops.op("Range", ops.integer(0), count, ops.integer(1));
    Output<?> mirrored = ops.op("FloorMod", ops.sub(length, numbers), length);
    Output<?> twice = ops.op("NotEqual", numbers, mirrored);
    Output<?> weights = ops.add(ops.number(1, dy.get(0)), ops.cast(twice, dy.get(0)));
    Output<?> scale = ops.div(weights, ops.cast(length, dy.get(0)));
    Output<?> gradient = ops.mul(full, ops.cast(scale, full));
    return list(resized(ops, gradient, last(ops, ops.in(0))));
  }

  /** The last dimension cut, or filled up with zeros. */
  private static Output<?> resized(GradientOps ops, Output<?> tensor, Output<?> length) {
    Output<?> rank = ops.rank(tensor);
    Output<?> outer =
        ops.op(
            "Slice", ops.shape(tensor), ops.ints(0), ops.expand(ops.sub(rank, ops.integer(1)), 0));
    Output<?> zeros = ops.op("Fill", ops.expand(rank, 0), ops.integer(0));
    Output<?> kept = ops.op("Minimum", length, last(ops, tensor));
    Output<?> cut = ops.op("Slice", tensor, zeros, ops.concat(outer, ops.expand(kept, 0)));
    Output<?> more = ops.expand(ops.sub(length, kept), 0);
    Output<?> before = ops.expand(zeros, 1);
    Output<?> after =
        ops.expand(
            ops.concat(
                ops.op("Fill", ops.expand(ops.sub(rank, ops.integer(1)), 0), ops.integer(0)), more),
            1);
    Output<?> paddings = ops.op("ConcatV2").list(List.of(before, after)).in(ops.integer(1)).get();
    return ops.op("Pad", cut, paddings);
  }
}
