// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.hubbeam.gradients.SparseGradients.add;
import static org.hubbeam.gradients.SparseGradients.list;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** Gradients of convolutions, normalisations and losses. */
final class NeuralGradients {

  private static final String[] CONV_3D = {"strides", "padding", "data_format", "dilations"};
  private static final String[] CONV_2D = {
    "strides", "padding", "explicit_paddings", "data_format", "dilations"
  };
  private static final String[] BATCH_NORM = {"epsilon", "data_format", "is_training"};

  private NeuralGradients() {}

  static void register() {
    add("Conv3D", NeuralGradients::conv3d);
    add("Conv3DBackpropInputV2", NeuralGradients::transposedConv3d);
    add("Conv2DBackpropFilter", NeuralGradients::conv2dFilter);
    add("DepthwiseConv2dNativeBackpropInput", NeuralGradients::transposedDepthwise);
    add("FusedBatchNorm", NeuralGradients::batchNorm);
    add("FusedBatchNormV2", NeuralGradients::batchNormV2);
    add("BiasAddV1", NeuralGradients::biasAdd);
    add("SparseSoftmaxCrossEntropyWithLogits", NeuralGradients::crossEntropy);
    add("TopK", NeuralGradients::topK);
    add("TopKV2", NeuralGradients::topK);
    add("Dilation2D", NeuralGradients::dilation);
    add("FakeQuantWithMinMaxArgs", NeuralGradients::fakeQuant);
    add("FakeQuantWithMinMaxVars", NeuralGradients::fakeQuantByVariables);
    add("FakeQuantWithMinMaxVarsPerChannel", NeuralGradients::fakeQuantByChannel);
    add("QuantizeAndDequantizeV2", (ops, dy) -> list(dy.get(0)));
    add("CTCLoss", NeuralGradients::ctc);
    add("CTCLossV2", NeuralGradients::ctc);
    add("MaxPoolWithArgmax", NeuralGradients::maxPool);
    add("ImageProjectiveTransformV2", NeuralGradients::transform);
    add("ExtractImagePatches", NeuralGradients::patches);
  }

  private static List<? extends @Nullable Operand<?>> conv3d(GradientOps ops, List<Output<?>> dy) {
    return List.of(
        ops.op("Conv3DBackpropInputV2")
            .in(ops.shape(ops.in(0)), ops.in(1), dy.get(0))
            .same(CONV_3D)
            .get(),
        ops.op("Conv3DBackpropFilterV2")
            .in(ops.in(0), ops.shape(ops.in(1)), dy.get(0))
            .same(CONV_3D)
            .get());
  }

  private static List<? extends @Nullable Operand<?>> transposedConv3d(
      GradientOps ops, List<Output<?>> dy) {
    return list(
        null,
        ops.op("Conv3DBackpropFilterV2")
            .in(dy.get(0), ops.shape(ops.in(1)), ops.in(2))
            .same(CONV_3D)
            .get(),
        ops.op("Conv3D").in(dy.get(0), ops.in(1)).same(CONV_3D).get());
  }

  private static List<? extends @Nullable Operand<?>> conv2dFilter(
      GradientOps ops, List<Output<?>> dy) {
    return list(
        ops.op("Conv2DBackpropInput")
            .in(ops.shape(ops.in(0)), dy.get(0), ops.in(2))
            .same(CONV_2D)
            .get(),
        null,
        ops.op("Conv2D").in(ops.in(0), dy.get(0)).same(CONV_2D).get());
  }

  private static List<? extends @Nullable Operand<?>> transposedDepthwise(
      GradientOps ops, List<Output<?>> dy) {
    return list(
        null,
        ops.op("DepthwiseConv2dNativeBackpropFilter")
            .in(dy.get(0), ops.shape(ops.in(1)), ops.in(2))
            .same(CONV_2D)
            .get(),
        ops.op("DepthwiseConv2dNative").in(dy.get(0), ops.in(1)).same(CONV_2D).get());
  }

  private static List<? extends @Nullable Operand<?>> batchNorm(
      GradientOps ops, List<Output<?>> dy) {
    return batchNorm(ops, dy, "FusedBatchNormGrad", ops.in(1));
  }

  private static List<? extends @Nullable Operand<?>> batchNormV2(
      GradientOps ops, List<Output<?>> dy) {
    return batchNorm(ops, dy, "FusedBatchNormGradV2", ops.cast(ops.in(1), DataType.DT_FLOAT));
  }

  private static List<? extends @Nullable Operand<?>> batchNorm(
      GradientOps ops, List<Output<?>> dy, String op, Output<?> scale) {
    boolean training = ops.flag("is_training");
    // With fixed moments, the kernel takes these instead of what the forward pass left for it.
    return ops.op(op)
        .in(dy.get(0), ops.in(0), scale)
        .in(training ? ops.out(3) : ops.in(3), training ? ops.out(4) : ops.in(4))
        .same(BATCH_NORM)
        .all(3);
  }

  private static List<? extends @Nullable Operand<?>> biasAdd(GradientOps ops, List<Output<?>> dy) {
    return List.of(dy.get(0), ops.op("BiasAddGrad", dy.get(0)));
  }

  private static List<? extends @Nullable Operand<?>> crossEntropy(
      GradientOps ops, List<Output<?>> dy) {
    return List.of(ops.mul(ops.expand(dy.get(0), -1), ops.out(1)));
  }

  private static List<? extends @Nullable Operand<?>> topK(GradientOps ops, List<Output<?>> dy) {
    Output<?> shape = ops.shape(ops.in(0));
    Output<?> width =
        ops.op("GatherV2", shape, ops.sub(ops.rank(ops.in(0)), ops.integer(1)), ops.integer(0));
    Output<?> indices = ops.cast(ops.out(1), DataType.DT_INT32);
    Output<?> chosen = ops.shape(indices);
    Output<?> k = ops.expand(ops.gather(chosen, ops.sub(ops.rank(indices), ops.integer(1))), 0);
    Output<?> rows =
        ops.reshape(
            indices,
            ops.concat(
                ops.op(
                    "Div",
                    ops.expand(ops.op("Size", indices), 0),
                    ops.op("Maximum", k, ops.integer(1))),
                k));
    Output<?> starts =
        ops.mul(ops.op("Range", ops.integer(0), ops.rows(rows), ops.integer(1)), width);
    Output<?> places = ops.flat(ops.add(rows, ops.expand(starts, 1)));
    Output<?> all =
        ops.op("UnsortedSegmentSum", ops.flat(dy.get(0)), places, ops.op("Size", ops.in(0)));
    return List.of(ops.reshape(all, shape));
  }

  private static List<? extends @Nullable Operand<?>> dilation(
      GradientOps ops, List<Output<?>> dy) {
    String[] same = {"strides", "rates", "padding"};
    return List.of(
        ops.op("Dilation2DBackpropInput").in(ops.in(0), ops.in(1), dy.get(0)).same(same).get(),
        ops.op("Dilation2DBackpropFilter").in(ops.in(0), ops.in(1), dy.get(0)).same(same).get());
  }

  private static List<? extends @Nullable Operand<?>> fakeQuant(
      GradientOps ops, List<Output<?>> dy) {
    return List.of(
        ops.op("FakeQuantWithMinMaxArgsGradient")
            .in(dy.get(0), ops.in(0))
            .same("min", "max", "num_bits", "narrow_range")
            .get());
  }

  private static List<? extends @Nullable Operand<?>> fakeQuantByVariables(
      GradientOps ops, List<Output<?>> dy) {
    return ops.op("FakeQuantWithMinMaxVarsGradient")
        .in(dy.get(0), ops.in(0), ops.in(1), ops.in(2))
        .same("num_bits", "narrow_range")
        .all(3);
  }

  private static List<? extends @Nullable Operand<?>> fakeQuantByChannel(
      GradientOps ops, List<Output<?>> dy) {
    return ops.op("FakeQuantWithMinMaxVarsPerChannelGradient")
        .in(dy.get(0), ops.in(0), ops.in(1), ops.in(2))
        .same("num_bits", "narrow_range")
        .all(3);
  }

  private static List<? extends @Nullable Operand<?>> ctc(GradientOps ops, List<Output<?>> dy) {
    return List.of(ops.mul(ops.reshape(dy.get(0), ops.ints(1, -1, 1)), ops.out(1)));
  }

  private static List<? extends @Nullable Operand<?>> maxPool(GradientOps ops, List<Output<?>> dy) {
    return List.of(
        ops.op("MaxPoolGradWithArgmax")
            .in(ops.in(0), dy.get(0), ops.out(1))
            .same("ksize", "strides", "padding", "include_batch_in_index")
            .get());
  }

  private static List<? extends @Nullable Operand<?>> transform(
      GradientOps ops, List<Output<?>> dy) {
    // The inverse of a projective transform, as eight numbers with the ninth made 1.
    Output<?> given = ops.in(1);
    Output<?> last =
        ops.op(
            "Fill", ops.concat(ops.expand(ops.rows(given), 0), ops.ints(1)), ops.number(1, given));
    Output<?> nine = ops.op("ConcatV2").list(List.of(given, last)).in(ops.integer(1)).get();
    Output<?> inverse = ops.op("MatrixInverse", ops.reshape(nine, ops.ints(-1, 3, 3)));
    Output<?> flat = ops.reshape(inverse, ops.ints(-1, 9));
    Output<?> scale = ops.op("GatherV2", flat, ops.ints(8), ops.integer(1));
    Output<?> eight = ops.op("Slice", ops.div(flat, scale), ops.ints(0, 0), ops.ints(-1, 8));
    Output<?> size = ops.op("Slice", ops.shape(ops.in(0)), ops.ints(1), ops.ints(2));
    return List.of(
        ops.op("ImageProjectiveTransformV2")
            .in(dy.get(0), eight, size)
            .same("interpolation", "fill_mode")
            .get());
  }

  /** By the numbers of the pixels, from 1, taken as a picture: where each value came from. */
  private static List<? extends @Nullable Operand<?>> patches(GradientOps ops, List<Output<?>> dy) {
    Output<?> shape = ops.shape(ops.in(0));
    Output<?> batch = ops.op("Slice", shape, ops.ints(0), ops.ints(1));
    Output<?> size = ops.op("Slice", shape, ops.ints(1), ops.ints(2));
    Output<?> channels = ops.op("Slice", shape, ops.ints(3), ops.ints(1));
    Output<?> pixels = ops.op("Prod", size, ops.integer(0));
    Output<?> numbers =
        ops.op("Range", ops.integer(1), ops.add(pixels, ops.integer(1)), ops.integer(1));
    Output<?> picture = ops.reshape(numbers, ops.concat(ops.ints(1), size, ops.ints(1)));
    Output<?> sources =
        ops.flat(
            ops.op("ExtractImagePatches")
                .in(picture)
                .same("ksizes", "strides", "rates", "padding")
                .get());
    Output<?> parts = ops.reshape(dy.get(0), ops.concat(batch, ops.ints(-1), channels));
    Output<?> first = ops.op("Transpose", parts, ops.ints(1, 0, 2));
    Output<?> sums = ops.op("UnsortedSegmentSum", first, ops.sub(sources, ops.integer(1)), pixels);
    return List.of(ops.reshape(ops.op("Transpose", sums, ops.ints(1, 0, 2)), shape));
  }
}
