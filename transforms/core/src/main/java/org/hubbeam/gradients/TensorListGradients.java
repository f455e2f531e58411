// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.hubbeam.gradients.SparseGradients.add;
import static org.hubbeam.gradients.SparseGradients.list;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * The gradients of the operations on lists of tensors, which loops keep in {@code TensorArray}s.
 * The gradient of a list is a list of the same length.
 */
final class TensorListGradients {

  private static final String ELEMENT = "element_dtype";

  private TensorListGradients() {}

  static void register() {
    add("TensorListFromTensor", (ops, dy) -> list(stack(ops, dy.get(0), ops.in(0))));
    add("TensorListStack", (ops, dy) -> list(fromTensor(ops, dy.get(0))));
    add("TensorListGetItem", TensorListGradients::getItem);
    add("TensorListSetItem", TensorListGradients::setItem);
    add("TensorListPushBack", TensorListGradients::pushBack);
    add("TensorListPopBack", TensorListGradients::popBack);
    add("TensorListConcat", TensorListGradients::concat);
    add("TensorListConcatV2", TensorListGradients::concat);
    add("TensorListSplit", TensorListGradients::split);
    add("TensorListResize", (ops, dy) -> list(resized(ops, dy.get(0))));
    add("TensorListGather", TensorListGradients::gather);
    add("TensorListScatter", TensorListGradients::scatter);
    add("TensorListScatterV2", TensorListGradients::scatter);
    add("TensorListScatterIntoExistingList", TensorListGradients::scatterIntoExisting);
  }

  private static List<? extends @Nullable Operand<?>> getItem(GradientOps ops, List<Output<?>> dy) {
    Output<?> unset =
        ops.op("TensorListReserve")
            .in(elementShape(ops), length(ops))
            .with(ELEMENT, dy.get(0).dataType())
            .get();
    return list(set(ops, unset, dy.get(0)));
  }

  private static List<? extends @Nullable Operand<?>> setItem(GradientOps ops, List<Output<?>> dy) {
    Output<?> item = ops.in(2);
    Output<?> others = set(ops, dy.get(0), ops.zeros(item));
    return list(
        ops.flag("resize_if_index_out_of_bounds") ? resized(ops, others) : others,
        null,
        ops.op("TensorListGetItem")
            .in(dy.get(0), ops.in(1), ops.shape(item))
            .with(ELEMENT, item.dataType())
            .get());
  }

  private static List<? extends @Nullable Operand<?>> pushBack(
      GradientOps ops, List<Output<?>> dy) {
    Operation last =
        ops.op("TensorListPopBack")
            .in(dy.get(0), ops.shape(ops.in(1)))
            .with(ELEMENT, ops.in(1).dataType())
            .build();
    return list(last.output(0), last.output(1));
  }

  private static List<? extends @Nullable Operand<?>> popBack(GradientOps ops, List<Output<?>> dy) {
    return list(
        ops.op("TensorListPushBack")
            .in(dy.get(0), dy.get(1))
            .with(ELEMENT, dy.get(1).dataType())
            .get());
  }

  private static List<? extends @Nullable Operand<?>> concat(GradientOps ops, List<Output<?>> dy) {
    return list(
        ops.op("TensorListSplit")
            .in(dy.get(0), elementShape(ops), ops.out(1))
            .with(ELEMENT, dy.get(0).dataType())
            .get());
  }

  private static List<? extends @Nullable Operand<?>> split(GradientOps ops, List<Output<?>> dy) {
    Output<?> tensor = ops.in(0);
    return list(
        ops.op("TensorListConcatV2")
            .in(dy.get(0), ops.concat(ops.ints(-1), rowShape(ops, tensor)), ops.in(2))
            .with(ELEMENT, tensor.dataType())
            .get());
  }

  private static List<? extends @Nullable Operand<?>> gather(GradientOps ops, List<Output<?>> dy) {
    return list(fromTensor(ops, ops.op("UnsortedSegmentSum", dy.get(0), ops.in(1), length(ops))));
  }

  private static List<? extends @Nullable Operand<?>> scatter(GradientOps ops, List<Output<?>> dy) {
    return list(rows(ops, dy.get(0), ops.in(0), ops.in(1)));
  }

  private static List<? extends @Nullable Operand<?>> scatterIntoExisting(
      GradientOps ops, List<Output<?>> dy) {
    Output<?> tensor = ops.in(1);
    Output<?> others =
        ops.op("TensorListScatterIntoExistingList")
            .in(dy.get(0), ops.zeros(tensor), ops.in(2))
            .with(ELEMENT, tensor.dataType())
            .get();
    return list(others, rows(ops, dy.get(0), tensor, ops.in(2)));
  }

  /** A list with the node's item set to another one. */
  private static Output<?> set(GradientOps ops, Output<?> list, Output<?> item) {
    return ops.op("TensorListSetItem")
        .in(list, ops.in(1), item)
        .with(ELEMENT, item.dataType())
        .get();
  }

  /** A list as long as the node's. */
  private static Output<?> resized(GradientOps ops, Output<?> list) {
    return ops.op("TensorListResize", list, length(ops));
  }

  private static Output<?> length(GradientOps ops) {
    return ops.op("TensorListLength", ops.in(0));
  }

  private static Output<?> elementShape(GradientOps ops) {
    return ops.op("TensorListElementShape")
        .in(ops.in(0))
        .with("shape_type", DataType.DT_INT32)
        .get();
  }

  /** The shape from the second dimension on. */
  private static Output<?> rowShape(GradientOps ops, Output<?> tensor) {
    return ops.op("Slice", ops.shape(tensor), ops.ints(1), ops.ints(-1));
  }

  private static Output<?> fromTensor(GradientOps ops, Output<?> tensor) {
    return ops.op("TensorListFromTensor")
        .in(tensor, rowShape(ops, tensor))
        .with(ELEMENT, tensor.dataType())
        .get();
  }

  /** The items of a list as a tensor like another. */
  private static Output<?> stack(GradientOps ops, Output<?> list, Output<?> like) {
    return ops.op("TensorListStack")
        .in(list, rowShape(ops, like))
        .with(ELEMENT, like.dataType())
        .get();
  }

  /** Some items of a list as a tensor like another. */
  private static Output<?> rows(
      GradientOps ops, Output<?> list, Output<?> like, Output<?> indices) {
    return ops.op("TensorListGather")
        .in(list, indices, rowShape(ops, like))
        .with(ELEMENT, like.dataType())
        .get();
  }
}
