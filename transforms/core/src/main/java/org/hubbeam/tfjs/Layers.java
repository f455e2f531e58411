// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.TensorProtos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.NodeDef;

/** A graph seen as layers: operations with weights, and what follows them. */
final class Layers {

  static final Set<String> WEIGHTED = Set.of("Conv2D", "DepthwiseConv2dNative", "MatMul");

  final GraphEditor graph;
  private final Map<String, Integer> uses = new HashMap<>();
  private final Set<String> outputs;

  Layers(FrozenGraph frozen) {
    graph = new GraphEditor(frozen.graph());
    outputs = Set.copyOf(frozen.outputs().stream().map(Port::node).toList());
    for (NodeDef node : graph.nodes()) {
      node.getInputList().forEach(i -> uses.merge(GraphFlow.producer(i), 1, Integer::sum));
    }
  }

  /** How often the outputs of a node are taken. */
  int uses(String node) {
    return uses.getOrDefault(node, 0) + (outputs.contains(node) ? 1 : 0);
  }

  /** The node that gives an input, where nobody else takes it; null otherwise. */
  @Nullable NodeDef only(String input) {
    String node = GraphFlow.producer(input);
    return GraphEditor.index(input) == 0 && uses(node) == 1 ? graph.node(node) : null;
  }

  /** A constant of 32-bit floats; null for anything else. */
  float @Nullable [] floats(String input) {
    Array.Dense value = constant(input);
    return value == null || value.dtype() != DType.FLOAT32
        ? null
        : ((Values.Numbers) value.values()).toFloats();
  }

  Array.@Nullable Dense constant(String input) {
    NodeDef node = graph.node(GraphFlow.producer(input));
    return node.getOp().equals("Const")
        ? TensorProtos.decode(node.getAttrOrThrow("value").getTensor())
        : null;
  }

  /**
   * A constant with one number for each channel of a layer, or one for all; null for others, also
   * for what would give a result more dimensions than the layer has.
   */
  float @Nullable [] perChannel(String input, NodeDef layer) {
    int size = channels(layer);
    int rank = layer.getOp().equals("MatMul") ? 2 : 4;
    Array.Dense value = constant(input);
    float[] floats = floats(input);
    if (value == null || floats == null || value.dims().size() > rank) {
      return null;
    }
    int count = floats.length;
    boolean last =
        value.dims().isEmpty() || value.dims().get(value.dims().size() - 1) == (long) count;
    if (!last || count != size && count != 1) {
      return null;
    }
    if (count == size) {
      return floats;
    }
    float[] all = new float[size];
    Arrays.fill(all, floats[0]);
    return all;
  }

  /** Whether a layer has constant weights and its channels last. */
  boolean isLayer(@Nullable NodeDef node) {
    return node != null
        && WEIGHTED.contains(node.getOp())
        && floats(node.getInput(1)) != null
        && hasChannelsLast(node);
  }

  /** Whether the last dimension is that of the channels; so it is where nothing is said of it. */
  static boolean hasChannelsLast(NodeDef node) {
    return !node.containsAttr("data_format")
        || node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NHWC");
  }

  /** How many channels a layer gives. */
  int channels(NodeDef layer) {
    List<Long> dims = weights(layer).dims();
    long last = dims.get(dims.size() - 1);
    return Math.toIntExact(
        switch (layer.getOp()) {
          case "DepthwiseConv2dNative" -> last * dims.get(dims.size() - 2);
          case "MatMul" -> isTransposed(layer) ? dims.get(0) : last;
          default -> last;
        });
  }

  private static boolean isTransposed(NodeDef layer) {
    return layer.getAttrMap().containsKey("transpose_b")
        && layer.getAttrOrThrow("transpose_b").getB();
  }

  private Array.Dense weights(NodeDef layer) {
    Array.Dense weights = constant(layer.getInput(1));
    if (weights == null) {
      throw new IllegalArgumentException(layer.getName());
    }
    return weights;
  }

  /** A layer whose channels are multiplied. */
  NodeDef scaled(NodeDef layer, double[] factors) {
    Array.Dense weights = weights(layer);
    float[] values = ((Values.Numbers) weights.values()).toFloats();
    boolean rows = layer.getOp().equals("MatMul") && isTransposed(layer);
    int width = rows ? Math.toIntExact(weights.dims().get(1)) : factors.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factors[rows ? i / width : i % width]);
    }
    String name =
        graph.constant(
            GraphFlow.producer(layer.getInput(1)) + "/scaled",
            org.hubbeam.model.Protos.tensor(new Array.Dense(weights.dims(), Values.of(values))));
    List<String> inputs = new ArrayList<>(layer.getInputList());
    inputs.set(1, name);
    return layer.toBuilder().clearInput().addAllInput(inputs).build();
  }
}
