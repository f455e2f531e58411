// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

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

  /** What a constant is, without its content; null for anything else. */
  private @Nullable TensorProto proto(String input) {
    NodeDef node = graph.node(GraphFlow.producer(input));
    return node.getOp().equals("Const") ? node.getAttrOrThrow("value").getTensor() : null;
  }

  Array.@Nullable Dense constant(String input) {
    TensorProto proto = proto(input);
    return proto == null ? null : TensorProtos.decode(proto);
  }

  private static List<Long> dims(TensorProto proto) {
    return proto.getTensorShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
  }

  private static boolean isFloats(@Nullable TensorProto proto) {
    return proto != null && proto.getDtype() == DataType.DT_FLOAT;
  }

  /**
   * A constant with one number for each channel of a layer, or one for all; null for others, also
   * for what would give a result more dimensions than the layer has.
   */
  float @Nullable [] perChannel(String input, NodeDef layer) {
    int size = channels(layer);
    int rank = layer.getOp().equals("MatMul") ? 2 : 4;
    TensorProto proto = proto(input);
    if (proto == null || !isFloats(proto)) {
      return null;
    }
    List<Long> dims = dims(proto);
    long count = dims.stream().reduce(1L, Math::multiplyExact);
    boolean last = dims.isEmpty() || dims.get(dims.size() - 1) == count;
    if (dims.size() > rank || !last || count != size && count != 1) {
      return null;
    }
    float[] floats = ((Values.Numbers) TensorProtos.decode(proto).values()).toFloats();
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
        && isFloats(proto(node.getInput(1)))
        && hasChannelsLast(node);
  }

  /** Whether the last dimension is that of the channels; so it is where nothing is said of it. */
  static boolean hasChannelsLast(NodeDef node) {
    return !node.containsAttr("data_format")
        || node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NHWC");
  }

  /** How many channels a layer gives. */
  int channels(NodeDef layer) {
    List<Long> dims = dims(Objects.requireNonNull(proto(layer.getInput(1))));
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

  /** A layer whose channels are multiplied. */
  NodeDef scaled(NodeDef layer, double[] factors) {
    Array.Dense weights = Objects.requireNonNull(constant(layer.getInput(1)));
    float[] values = ((Values.Numbers) weights.values()).toFloats();
    boolean rows = layer.getOp().equals("MatMul") && isTransposed(layer);
    int width = rows ? Math.toIntExact(weights.dims().get(1)) : factors.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factors[rows ? i / width : i % width]);
    }
    String name =
        graph.constant(
            GraphFlow.producer(layer.getInput(1)) + "/scaled",
            Protos.tensor(new Array.Dense(weights.dims(), Values.of(values))));
    List<String> inputs = new ArrayList<>(layer.getInputList());
    inputs.set(1, name);
    return layer.toBuilder().clearInput().addAllInput(inputs).build();
  }
}
