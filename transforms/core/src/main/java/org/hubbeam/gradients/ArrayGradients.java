// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.hubbeam.gradients.SparseGradients.add;
import static org.hubbeam.gradients.SparseGradients.list;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;

/** Gradients of operations that move values. */
final class ArrayGradients {

  private ArrayGradients() {}

  static void register() {
    add("IdentityN", (ops, dy) -> dy);
    for (String same :
        List.of(
            "EnsureShape",
            "PlaceholderWithDefault",
            "CheckNumericsV2",
            "DebugIdentityV2",
            "Print")) {
      add(same, (ops, dy) -> list(dy.get(0)));
    }
    add("AccumulateNV2", (ops, dy) -> Collections.nCopies((int) ops.number("N"), dy.get(0)));
    add("Gather", ArrayGradients::gather);
    add("Concat", ArrayGradients::concat);
    add("Reverse", (ops, dy) -> list(ops.op("Reverse", dy.get(0), ops.in(1))));
    add(
        "ConjugateTranspose",
        (ops, dy) ->
            list(ops.op("ConjugateTranspose", dy.get(0), ops.op("InvertPermutation", ops.in(1)))));
    add("TensorScatterUpdate", ArrayGradients::scatterUpdate);
    add(
        "TensorScatterAdd",
        (ops, dy) -> list(dy.get(0), null, ops.op("GatherNd", dy.get(0), ops.in(1))));
    add(
        "TensorScatterSub",
        (ops, dy) -> list(dy.get(0), null, ops.neg(ops.op("GatherNd", dy.get(0), ops.in(1)))));
    add("TensorScatterMax", ArrayGradients::scatterExtreme);
    add("TensorScatterMin", ArrayGradients::scatterExtreme);
    add("TensorStridedSliceUpdate", ArrayGradients::sliceUpdate);
    add("MatrixDiagV2", ArrayGradients::diag);
    add("MatrixDiagV3", ArrayGradients::diag);
    add("MatrixDiagPart", ArrayGradients::diagPart);
    add("MatrixDiagPartV2", ArrayGradients::diagPart);
    add("MatrixDiagPartV3", ArrayGradients::diagPart);
    add("MatrixSetDiag", ArrayGradients::setDiag);
    add("MatrixSetDiagV2", ArrayGradients::setDiag);
    add("MatrixSetDiagV3", ArrayGradients::setDiag);
  }

  private static List<? extends @Nullable Operand<?>> gather(GradientOps ops, List<Output<?>> dy) {
    Output<?> row = ops.op("Slice", ops.shape(ops.in(0)), ops.ints(1), ops.ints(-1));
    Output<?> rows = ops.reshape(dy.get(0), ops.concat(ops.ints(-1), row));
    return List.of(ops.op("UnsortedSegmentSum", rows, ops.flat(ops.in(1)), ops.rows(ops.in(0))));
  }

  private static List<? extends @Nullable Operand<?>> concat(GradientOps ops, List<Output<?>> dy) {
    int count = (int) ops.number("N");
    List<Output<?>> shapes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shapes.add(ops.shape(ops.in(i + 1)));
    }
    Output<?> rank = ops.rank(dy.get(0));
    Output<?> axis = ops.op("FloorMod", ops.add(ops.in(0), rank), rank);
    List<Output<?>> starts = ops.op("ConcatOffset").in(axis).list(shapes).all(count);
    List<@Nullable Operand<?>> gradients = new ArrayList<>();
    gradients.add(null);
    for (int i = 0; i < count; i++) {
      gradients.add(ops.op("Slice", dy.get(0), starts.get(i), shapes.get(i)));
    }
    return gradients;
  }

  private static List<? extends @Nullable Operand<?>> scatterUpdate(
      GradientOps ops, List<Output<?>> dy) {
    return list(
        ops.op("TensorScatterUpdate", dy.get(0), ops.in(1), ops.zeros(ops.in(2))),
        null,
        ops.op("GatherNd", dy.get(0), ops.in(1)));
  }

  /** Shared by all that are the extreme value of their place. */
  private static List<? extends @Nullable Operand<?>> scatterExtreme(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> indices = ops.in(1);
    Output<?> first = ops.cast(ops.op("Equal", ops.in(0), ops.out(0)), dy.get(0));
    Output<?> there = ops.op("GatherNd", ops.out(0), indices);
    Output<?> other = ops.cast(ops.op("Equal", ops.in(2), there), dy.get(0));
    Output<?> count = ops.op("TensorScatterAdd", first, indices, other);
    Output<?> share = ops.op("DivNoNan", dy.get(0), count);
    return list(ops.mul(first, share), null, ops.mul(other, ops.op("GatherNd", share, indices)));
  }

  private static List<? extends @Nullable Operand<?>> sliceUpdate(
      GradientOps ops, List<Output<?>> dy) {
    String[] masks = {
      "begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"
    };
    Output<?> part =
        ops.op("StridedSlice").in(dy.get(0), ops.in(1), ops.in(2), ops.in(3)).same(masks).get();
    Output<?> rest =
        ops.op("TensorStridedSliceUpdate")
            .in(dy.get(0), ops.in(1), ops.in(2), ops.in(3), ops.zeros(part))
            .same(masks)
            .get();
    Output<?> shape = ops.shape(ops.in(4));
    Output<?> axes = ops.op("BroadcastGradientArgs").in(shape, ops.shape(part)).get();
    return list(rest, null, null, null, ops.reshape(ops.sum(part, axes), shape));
  }

  private static Output<?> part(GradientOps ops, Output<?> matrix, Output<?> k) {
    GradientOps.Call call = ops.op("MatrixDiagPartV3").in(matrix, k, ops.number(0, matrix));
    return (ops.has("align") ? call.same("align") : call.with("align", "LEFT_LEFT")).get();
  }

  private static Output<?> set(GradientOps ops, Output<?> matrix, Output<?> part, Output<?> k) {
    GradientOps.Call call = ops.op("MatrixSetDiagV3").in(matrix, part, k);
    return (ops.has("align") ? call.same("align") : call.with("align", "LEFT_LEFT")).get();
  }

  private static List<? extends @Nullable Operand<?>> diag(GradientOps ops, List<Output<?>> dy) {
    Output<?> k = ops.in(1);
    Output<?> inside = set(ops, dy.get(0), ops.zeros(ops.in(0)), k);
    return list(part(ops, dy.get(0), k), null, null, null, ops.sum(ops.flat(inside), ops.ints(0)));
  }

  private static List<? extends @Nullable Operand<?>> diagPart(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> k = ops.inputs() > 1 ? ops.in(1) : ops.integer(0);
    Output<?> matrix = set(ops, ops.zeros(ops.in(0)), dy.get(0), k);
    if (ops.inputs() < 3) {
      return list(matrix);
    }
    Output<?> filled = ops.sub(ops.ones(dy.get(0)), part(ops, ops.ones(ops.in(0)), k));
    Output<?> padding = ops.sum(ops.flat(ops.mul(dy.get(0), filled)), ops.ints(0));
    return list(matrix, null, padding);
  }

  private static List<? extends @Nullable Operand<?>> setDiag(GradientOps ops, List<Output<?>> dy) {
    Output<?> k = ops.inputs() > 2 ? ops.in(2) : ops.integer(0);
    return list(set(ops, dy.get(0), ops.zeros(ops.in(1)), k), part(ops, dy.get(0), k));
  }
}
