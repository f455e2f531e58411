// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Gradients of sums over segments, and of operations on sparse and ragged tensors. */
final class SparseGradients {

  private SparseGradients() {}

  static void register() {
    for (String reduction : List.of("Sum", "Mean", "SqrtN")) {
      for (String ending : List.of("", "WithNumSegments")) {
        RegisteredGradients.register(
            "SparseSegment" + reduction + ending,
            (tf, node, dy) -> {
              GradientOps ops = new GradientOps(tf, node);
              Output<?> rows = ops.rows(ops.in(0));
              return List.of(
                  ops.op(
                      "SparseSegment" + reduction + "Grad", dy.get(0), ops.in(1), ops.in(2), rows));
            });
      }
    }
    add("SegmentMean", SparseGradients::segmentMean);
    add("SegmentMax", SparseGradients::segmentExtreme);
    add("SegmentMin", SparseGradients::segmentExtreme);
    add("SegmentProd", SparseGradients::segmentProduct);
    add("UnsortedSegmentProd", SparseGradients::segmentProduct);
    add("SparseTensorDenseMatMul", SparseGradients::matMul);
    add("SparseDenseCwiseMul", SparseGradients::timesDense);
    add("SparseDenseCwiseDiv", SparseGradients::byDense);
    add("SparseDenseCwiseAdd", SparseGradients::plusDense);
    add("SparseTensorDenseAdd", SparseGradients::addToDense);
    add("SparseReduceSum", SparseGradients::reduceSum);
    add("SparseReorder", SparseGradients::reorder);
    add("SparseSoftmax", SparseGradients::softmax);
    add("SparseFillEmptyRows", SparseGradients::fillEmptyRows);
    add("SparseToDense", SparseGradients::toDense);
    add("RaggedTensorToTensor", SparseGradients::raggedToTensor);
    add("RaggedTensorToSparse", SparseGradients::raggedToSparse);
    add("RaggedGather", SparseGradients::raggedGather);
  }

  /** The gradient of an operation by its builder. */
  @FunctionalInterface
  interface Built {
    List<? extends @Nullable Operand<?>> of(GradientOps ops, List<Output<?>> dy);
  }

  static void add(String op, Built built) {
    RegisteredGradients.register(op, (tf, node, dy) -> built.of(new GradientOps(tf, node), dy));
  }

  /** A list in which some gradients may be missing. */
  static List<@Nullable Operand<?>> list(@Nullable Operand<?>... gradients) {
    return Arrays.asList(gradients);
  }

  private static List<? extends @Nullable Operand<?>> segmentMean(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> ids = ops.in(1);
    Output<?> rest =
        ops.op("Fill", ops.expand(ops.sub(ops.rank(ops.in(0)), ops.integer(1)), 0), ops.integer(1));
    Output<?> ones = ops.op("Fill", ops.concat(ops.shape(ids), rest), ops.number(1, dy.get(0)));
    Output<?> counts = ops.op("SegmentSum", ones, ids);
    // A segment without rows counts as one of 0, and no row asks for it.
    return List.of(ops.gather(ops.op("DivNoNan", dy.get(0), counts), ids));
  }

  /** Shared by all rows that are the extreme one. */
  private static List<? extends @Nullable Operand<?>> segmentExtreme(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> ids = ops.in(1);
    Output<?> extreme = ops.gather(ops.out(0), ids);
    Output<?> is = ops.cast(ops.op("Equal", ops.in(0), extreme), dy.get(0));
    Output<?> count = ops.gather(ops.op("SegmentSum", is, ids), ids);
    return List.of(ops.div(ops.mul(ops.gather(dy.get(0), ids), is), count));
  }

  /** Zeros are looked at by themselves: the product divided by one says nothing. */
  private static List<? extends @Nullable Operand<?>> segmentProduct(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> data = ops.in(0);
    Output<?> ids = ops.in(1);
    Output<?> zero = ops.isZero(data);
    Output<?> segments = ops.rows(dy.get(0));
    Output<?> zeros =
        ops.op("UnsortedSegmentSum", ops.cast(zero, DataType.DT_INT32), ids, segments);
    Output<?> others = ops.where(zero, ops.ones(data), data);
    Output<?> product = ops.op("UnsortedSegmentProd", others, ids, segments);
    Output<?> own = ops.op("Maximum", ids, ops.zeros(ids));
    Output<?> left = ops.sub(ops.gather(zeros, own), ops.cast(zero, DataType.DT_INT32));
    Output<?> rest =
        ops.where(zero, ops.gather(product, own), ops.div(ops.gather(product, own), others));
    Output<?> gradient = ops.mul(ops.gather(dy.get(0), own), rest);
    Output<?> dropped = ops.op("Less", ids, ops.zeros(ids));
    Output<?> inside = ops.cast(ops.op("LogicalNot", dropped), gradient);
    Output<?> shape =
        ops.concat(
            ops.shape(ids),
            ops.op("Fill", ops.expand(ops.sub(ops.rank(data), ops.rank(ids)), 0), ops.integer(1)));
    Output<?> none = ops.op("Equal", left, ops.integer(0));
    return List.of(
        ops.mul(ops.where(none, gradient, ops.zeros(gradient)), ops.reshape(inside, shape)));
  }

  private static List<? extends @Nullable Operand<?>> matMul(GradientOps ops, List<Output<?>> dy) {
    boolean adjointA = ops.flag("adjoint_a");
    boolean adjointB = ops.flag("adjoint_b");
    Output<?> b = ops.in(3);
    Output<?> forB =
        ops.op("SparseTensorDenseMatMul")
            .in(ops.in(0), ops.in(1), ops.in(2), dy.get(0))
            .with("adjoint_a", !adjointA)
            .get();
    Output<?> rows = ops.op("GatherV2", ops.in(0), ops.integer(0), ops.integer(1));
    Output<?> columns = ops.op("GatherV2", ops.in(0), ops.integer(1), ops.integer(1));
    Output<?> partsA = ops.gather(dy.get(0), adjointA ? columns : rows);
    Output<?> partsB = ops.gather(adjointB ? ops.adjoint(b) : b, adjointA ? rows : columns);
    return list(
        null,
        ops.sum(ops.mul(partsA, partsB), ops.ints(1)),
        null,
        adjointB ? ops.adjoint(forB) : forB);
  }

  /** What a dense tensor, broadcast to a shape, has at some places. */
  private static Output<?> at(
      GradientOps ops, Output<?> dense, Output<?> indices, Output<?> shape) {
    return ops.op("GatherNd", ops.op("BroadcastTo", dense, shape), indices);
  }

  /** Values at some places, summed to the shape of a dense tensor that was broadcast. */
  private static Output<?> scattered(
      GradientOps ops, Output<?> dense, Output<?> values, Output<?> indices, Output<?> shape) {
    Output<?> full = ops.op("ScatterNd", indices, values, shape);
    Output<?> own = ops.shape(dense);
    Output<?> axes =
        ops.op("BroadcastGradientArgs").in(own, ops.cast(shape, DataType.DT_INT32)).get();
    return ops.reshape(ops.sum(full, axes), own);
  }

  private static List<? extends @Nullable Operand<?>> timesDense(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> dense = at(ops, ops.in(3), ops.in(0), ops.in(2));
    return list(
        null,
        ops.mul(dy.get(0), dense),
        null,
        scattered(ops, ops.in(3), ops.mul(dy.get(0), ops.in(1)), ops.in(0), ops.in(2)));
  }

  private static List<? extends @Nullable Operand<?>> byDense(GradientOps ops, List<Output<?>> dy) {
    Output<?> dense = at(ops, ops.in(3), ops.in(0), ops.in(2));
    Output<?> quotient = ops.div(dy.get(0), dense);
    Output<?> slope = ops.neg(ops.mul(quotient, ops.div(ops.in(1), dense)));
    return list(null, quotient, null, scattered(ops, ops.in(3), slope, ops.in(0), ops.in(2)));
  }

  private static List<? extends @Nullable Operand<?>> plusDense(
      GradientOps ops, List<Output<?>> dy) {
    return list(null, dy.get(0), null, scattered(ops, ops.in(3), dy.get(0), ops.in(0), ops.in(2)));
  }

  private static List<? extends @Nullable Operand<?>> addToDense(
      GradientOps ops, List<Output<?>> dy) {
    return list(null, ops.op("GatherNd", dy.get(0), ops.in(0)), null, dy.get(0));
  }

  private static List<? extends @Nullable Operand<?>> reduceSum(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> shape = ops.cast(ops.in(2), DataType.DT_INT32);
    Output<?> rank = ops.gather(ops.shape(shape), ops.integer(0));
    Output<?> axes = ops.op("FloorMod", ops.add(ops.flat(ops.in(3)), rank), rank);
    Output<?> all = ops.op("Range", ops.integer(0), rank, ops.integer(1));
    List<Output<?>> sets = List.of(all, axes);
    Output<?> ones = ops.op("Fill", ops.shape(axes), ops.integer(1));
    Output<?> kept = ops.op("DynamicStitch").list(sets).list(List.of(shape, ones)).get();
    Output<?> full = ops.op("BroadcastTo", ops.reshape(dy.get(0), kept), shape);
    return list(null, ops.op("GatherNd", full, ops.in(0)));
  }

  private static List<? extends @Nullable Operand<?>> reorder(GradientOps ops, List<Output<?>> dy) {
    Output<?> count = ops.rows(ops.in(0));
    Output<?> numbers = ops.op("Range", ops.integer(0), count, ops.integer(1));
    Output<?> moved = ops.op("SparseReorder").in(ops.in(0), numbers, ops.in(2)).get(1);
    return list(null, ops.gather(dy.get(1), ops.op("InvertPermutation", moved)), null);
  }

  private static List<? extends @Nullable Operand<?>> softmax(GradientOps ops, List<Output<?>> dy) {
    Output<?> values = ops.out(0);
    Output<?> product = ops.mul(values, dy.get(0));
    Output<?> sums =
        ops.op("SparseReduceSum")
            .in(ops.in(0), product, ops.in(2), ops.ints(-1))
            .with("keep_dims", true)
            .get();
    Output<?> own = at(ops, sums, ops.in(0), ops.in(2));
    return list(null, ops.sub(product, ops.mul(values, own)), null);
  }

  private static List<? extends @Nullable Operand<?>> fillEmptyRows(
      GradientOps ops, List<Output<?>> dy) {
    List<Output<?>> both = ops.op("SparseFillEmptyRowsGrad").in(ops.out(3), dy.get(1)).all(2);
    return list(null, both.get(0), null, both.get(1));
  }

  private static List<? extends @Nullable Operand<?>> toDense(GradientOps ops, List<Output<?>> dy) {
    Output<?> rank = ops.shape(ops.in(1));
    Output<?> indices = ops.reshape(ops.in(0), ops.concat(ops.ints(-1), rank));
    Output<?> given = ops.op("GatherNd", dy.get(0), indices);
    Output<?> axes =
        ops.op("BroadcastGradientArgs").in(ops.shape(ops.in(2)), ops.shape(given)).get();
    Output<?> values = ops.reshape(ops.sum(given, axes), ops.shape(ops.in(2)));
    Output<?> left = ops.op("TensorScatterUpdate", dy.get(0), indices, ops.zeros(given));
    return list(null, null, values, ops.sum(ops.flat(left), ops.ints(0)));
  }

  private static List<? extends @Nullable Operand<?>> raggedToTensor(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> values = ops.in(1);
    Output<?> numbers =
        ops.op("Range", ops.integer(1), ops.add(ops.rows(values), ops.integer(1)), ops.integer(1));
    List<Output<?>> partitions = new ArrayList<>();
    int count = Math.toIntExact(ops.number("num_row_partition_tensors"));
    for (int i = 0; i < count; i++) {
      partitions.add(ops.in(3 + i));
    }
    Output<?> shape = ops.shape(ops.out(0));
    Output<?> inner = ops.sub(ops.rank(values), ops.integer(1));
    Output<?> outer =
        ops.op("Slice", shape, ops.ints(0), ops.expand(ops.sub(ops.rank(ops.out(0)), inner), 0));
    // The numbers of the rows of values, from 1, where these went; 0 where the default stands.
    Output<?> rows =
        ops.op("RaggedTensorToTensor")
            .in(outer, numbers, ops.integer(0))
            .list(partitions)
            .same("row_partition_types")
            .get();
    Output<?> flatRows = ops.flat(rows);
    Output<?> rowShape = ops.op("Slice", ops.shape(values), ops.ints(1), ops.ints(-1));
    Output<?> flat = ops.reshape(dy.get(0), ops.concat(ops.ints(-1), rowShape));
    Output<?> sums =
        ops.op("UnsortedSegmentSum", flat, flatRows, ops.add(ops.rows(values), ops.integer(1)));
    Output<?> forValues =
        ops.op("Slice", sums, firstOne(ops, values), fill(ops, ops.rank(values), -1));
    Output<?> rest = ops.gather(sums, ops.integer(0));
    Output<?> axes =
        ops.op("BroadcastGradientArgs").in(ops.shape(ops.in(2)), ops.shape(rest)).get();
    Output<?> forDefault = ops.reshape(ops.sum(rest, axes), ops.shape(ops.in(2)));
    return list(null, forValues, forDefault);
  }

  private static Output<?> fill(GradientOps ops, Output<?> length, int value) {
    return ops.op("Fill", ops.expand(length, 0), ops.integer(value));
  }

  /** The begin of a slice without the first row. */
  private static Output<?> firstOne(GradientOps ops, Output<?> tensor) {
    Output<?> zeros = fill(ops, ops.sub(ops.rank(tensor), ops.integer(1)), 0);
    return ops.concat(ops.ints(1), zeros);
  }

  private static List<@Nullable Operand<?>> none(int count) {
    return new ArrayList<>(Collections.<@Nullable Operand<?>>nCopies(count, null));
  }

  private static List<? extends @Nullable Operand<?>> raggedToSparse(
      GradientOps ops, List<Output<?>> dy) {
    int splits = Math.toIntExact(ops.number("RAGGED_RANK"));
    List<@Nullable Operand<?>> all = none(splits + 1);
    all.set(splits, ops.reshape(dy.get(1), ops.shape(ops.in(splits))));
    return all;
  }

  private static List<? extends @Nullable Operand<?>> raggedGather(
      GradientOps ops, List<Output<?>> dy) {
    int splits = Math.toIntExact(ops.number("PARAMS_RAGGED_RANK"));
    Output<?> values = ops.in(splits);
    Output<?> numbers = ops.op("Range", ops.integer(0), ops.rows(values), ops.integer(1));
    List<Output<?>> nested = new ArrayList<>();
    for (int i = 0; i < splits; i++) {
      nested.add(ops.in(i));
    }
    int given = Math.toIntExact(ops.number("OUTPUT_RAGGED_RANK"));
    Output<?> rows =
        ops.op("RaggedGather")
            .list(nested)
            .in(numbers, ops.in(splits + 1))
            .same("OUTPUT_RAGGED_RANK")
            .get(given);
    List<@Nullable Operand<?>> all = none(splits + 2);
    all.set(splits, ops.op("UnsortedSegmentSum", dy.get(given), rows, ops.rows(values)));
    return all;
  }
}
