// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.Protos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * Fuses bias and activation into the convolutions and products of matrices before them, where the
 * runtime has one operation for all.
 */
final class Fusing {

  private static final Map<String, String> FUSED =
      Map.of(
          "Conv2D", "_FusedConv2D",
          "DepthwiseConv2dNative", "_FusedDepthwiseConv2dNative",
          "MatMul", "_FusedMatMul");

  private static final Set<String> ACTIVATIONS =
      Set.of("Relu", "Relu6", "Elu", "Sigmoid", "LeakyRelu");

  private Fusing() {}

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph fused = graph.mapBodies(Fusing::of);
    while (true) {
      @Nullable FrozenGraph next = step(fused);
      if (next == null) {
        return fused;
      }
      fused = Cleaning.of(next);
    }
  }

  private static @Nullable FrozenGraph step(FrozenGraph frozen) {
    Layers layers = new Layers(frozen);
    for (NodeDef node : List.copyOf(layers.graph.nodes())) {
      if (bias(node, layers) || activation(node, layers) || prelu(node, layers)) {
        return frozen.with(layers.graph.graph());
      }
    }
    return null;
  }

  private static boolean bias(NodeDef node, Layers layers) {
    boolean subtracts = node.getOp().equals("Sub");
    if (!subtracts && !Set.of("BiasAdd", "AddV2", "Add").contains(node.getOp())
        || !Layers.hasChannelsLast(node)) {
      return false;
    }
    for (int input = 0; input < (node.getOp().equals("BiasAdd") || subtracts ? 1 : 2); input++) {
      NodeDef layer = layers.only(node.getInput(input));
      if (layer == null || !FUSED.containsKey(layer.getOp()) || !layers.isLayer(layer)) {
        continue;
      }
      float[] bias = layers.perChannel(node.getInput(1 - input), layer);
      if (bias == null) {
        continue;
      }
      if (subtracts) {
        for (int i = 0; i < bias.length; i++) {
          bias[i] = -bias[i];
        }
      }
      Array.Dense given = layers.constant(node.getInput(1 - input));
      boolean asIs =
          given != null
              && given.dims().size() == 1
              && !subtracts
              && given.dims().get(0) == bias.length;
      String constant =
          asIs
              ? node.getInput(1 - input)
              : layers.graph.constant(
                  node.getName() + "/bias", Protos.tensor(Array.Dense.vector(Values.of(bias))));
      NodeDef.Builder fused =
          Attributes.complete(layer).toBuilder()
              .setName(node.getName())
              .setOp(FUSED.get(layer.getOp()))
              .addInput(constant)
              .putAttr("fused_ops", texts(List.of("BiasAdd")))
              .putAttr("num_args", Protos.attr(1))
              .putAttr("epsilon", AttrValue.newBuilder().setF(0).build())
              .putAttr("leakyrelu_alpha", AttrValue.newBuilder().setF(0.2f).build());
      layers.graph.put(fused.build());
      return true;
    }
    return false;
  }

  private static AttrValue texts(List<String> texts) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    texts.forEach(t -> list.addS(ByteString.copyFromUtf8(t)));
    return AttrValue.newBuilder().setList(list).build();
  }

  /** A fused node whose only consumer a node is, with no activation yet; null for others. */
  private static @Nullable NodeDef open(@Nullable NodeDef node) {
    return node != null
            && FUSED.containsValue(node.getOp())
            && node.getAttrOrThrow("fused_ops").getList().getSCount() == 1
        ? node
        : null;
  }

  private static boolean activation(NodeDef node, Layers layers) {
    if (!ACTIVATIONS.contains(node.getOp())) {
      return false;
    }
    NodeDef fused = open(layers.only(node.getInput(0)));
    if (fused == null) {
      return false;
    }
    NodeDef.Builder out =
        fused.toBuilder()
            .setName(node.getName())
            .putAttr("fused_ops", texts(List.of("BiasAdd", node.getOp())));
    if (node.getOp().equals("LeakyRelu")) {
      out.putAttr("leakyrelu_alpha", Attributes.complete(node).getAttrOrThrow("alpha"));
    }
    layers.graph.put(out.build());
    return true;
  }

  /** Keras writes PReLU as relu(x) - alpha * relu(-x). */
  private static boolean prelu(NodeDef node, Layers layers) {
    if (!Set.of("AddV2", "Add").contains(node.getOp())) {
      return false;
    }
    for (int i = 0; i < 2; i++) {
      NodeDef relu = layers.only(node.getInput(i));
      NodeDef scaled = layers.only(node.getInput(1 - i));
      if (relu == null
          || scaled == null
          || !relu.getOp().equals("Relu")
          || !scaled.getOp().equals("Mul")) {
        continue;
      }
      for (int j = 0; j < 2; j++) {
        NodeDef negative = layers.only(scaled.getInput(j));
        Array.Dense alpha = layers.constant(scaled.getInput(1 - j));
        if (negative == null || alpha == null || !negative.getOp().equals("Relu")) {
          continue;
        }
        NodeDef negated = layers.only(negative.getInput(0));
        String fusedName = GraphFlow.producer(relu.getInput(0));
        NodeDef fused = layers.graph.node(fusedName);
        if (negated == null
            || !negated.getOp().equals("Neg")
            || !GraphFlow.producer(negated.getInput(0)).equals(fusedName)
            || layers.uses(fusedName) != 2
            || open(fused) == null) {
          continue;
        }
        float[] values = ((Values.Numbers) alpha.values()).toFloats();
        for (int k = 0; k < values.length; k++) {
          values[k] = -values[k];
        }
        String constant =
            layers.graph.constant(
                node.getName() + "/alpha",
                Protos.tensor(new Array.Dense(alpha.dims(), Values.of(values))));
        layers.graph.put(
            fused.toBuilder()
                .setName(node.getName())
                .addInput(constant)
                .putAttr("fused_ops", texts(List.of("BiasAdd", "Prelu")))
                .putAttr("num_args", Protos.attr(2))
                .build());
        return true;
      }
    }
    return false;
  }
}
