// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Protos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Folds batch normalisation, and products with constants, into the weights of the convolutions and
 * products of matrices before them.
 */
final class BatchNormFolding {

  private static final Set<String> NORMS =
      Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3");
  private static final Set<String> ADDED = Set.of("BiasAdd", "AddV2", "Add");
  private static final Set<String> SUMS = Set.of("BiasAdd", "AddV2", "Add", "Sub");

  private BatchNormFolding() {}

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph folded = graph.mapBodies(BatchNormFolding::of);
    while (true) {
      @Nullable FrozenGraph next = step(folded);
      if (next == null) {
        return folded;
      }
      folded = Cleaning.of(next);
    }
  }

  /** One fold; null where there is none left. */
  private static @Nullable FrozenGraph step(FrozenGraph frozen) {
    Layers layers = new Layers(frozen);
    for (NodeDef node : List.copyOf(layers.graph.nodes())) {
      if (NORMS.contains(node.getOp()) && norm(node, layers)
          || node.getOp().equals("Mul") && product(node, layers)
          || sums(node, layers)) {
        return frozen.with(layers.graph.graph());
      }
    }
    return null;
  }

  /** Folds a normalisation behind a layer, with the roundings of Python's converter. */
  private static boolean norm(NodeDef node, Layers layers) {
    NodeDef before = layers.only(node.getInput(0));
    NodeDef layer = layer(before, layers);
    boolean training =
        !node.getAttrMap().containsKey("is_training") || node.getAttrOrThrow("is_training").getB();
    if (before == null || layer == null || training || !Layers.hasChannelsLast(node)) {
      return false;
    }
    int channels = layers.channels(layer);
    float[] scale = layers.perChannel(node.getInput(1), layer);
    float[] offset = layers.perChannel(node.getInput(2), layer);
    float[] mean = layers.perChannel(node.getInput(3), layer);
    float[] variance = layers.perChannel(node.getInput(4), layer);
    if (scale == null || offset == null || mean == null || variance == null) {
      return false;
    }
    float epsilon =
        node.getAttrMap().containsKey("epsilon") ? node.getAttrOrThrow("epsilon").getF() : 1e-4f;
    float[] added = isSame(before, layer) ? null : layers.perChannel(before.getInput(1), layer);
    boolean subtracts = before.getOp().equals("Sub");
    double[] factors = new double[channels];
    float[] bias = new float[channels];
    for (int i = 0; i < channels; i++) {
      factors[i] = 1 / Math.sqrt(variance[i] + epsilon) * scale[i];
      float moved = added == null ? mean[i] : mean[i] - (subtracts ? -added[i] : added[i]);
      bias[i] = (float) (-moved * factors[i] + offset[i]);
    }
    String scaled = node.getName() + "/layer";
    layers.graph.put(layers.scaled(layer, factors).toBuilder().setName(scaled).build());
    layers.graph.put(sum(node.getName(), scaled, vector(layers, node.getName() + "/offset", bias)));
    return true;
  }

  private static NodeDef sum(String name, String tensor, String constant) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("AddV2")
        .addInput(tensor)
        .addInput(constant)
        .putAttr("T", Protos.attr(DataType.DT_FLOAT))
        .build();
  }

  /** Makes two constants that are added behind a layer one. */
  private static boolean sums(NodeDef node, Layers layers) {
    if (!ADDED.contains(node.getOp()) || !Layers.hasChannelsLast(node)) {
      return false;
    }
    NodeDef before = layers.only(node.getInput(0));
    NodeDef layer = layer(before, layers);
    if (before == null
        || layer == null
        || isSame(before, layer)
        || !ADDED.contains(before.getOp())) {
      return false;
    }
    int channels = layers.channels(layer);
    float[] first = layers.perChannel(before.getInput(1), layer);
    float[] second = layers.perChannel(node.getInput(1), layer);
    if (first == null || second == null) {
      return false;
    }
    float[] bias = new float[channels];
    for (int i = 0; i < channels; i++) {
      bias[i] = first[i] + second[i];
    }
    layers.graph.put(
        sum(node.getName(), before.getInput(0), vector(layers, node.getName() + "/offset", bias)));
    return true;
  }

  private static boolean isSame(NodeDef a, NodeDef b) {
    return a.getName().equals(b.getName());
  }

  /** The layer that a node is, or adds constants to; null for others. */
  private static @Nullable NodeDef layer(@Nullable NodeDef node, Layers layers) {
    if (node == null || layers.isLayer(node)) {
      return node;
    }
    if (!SUMS.contains(node.getOp()) || !Layers.hasChannelsLast(node)) {
      return null;
    }
    NodeDef before = layers.only(node.getInput(0));
    return before != null
            && layers.isLayer(before)
            && layers.perChannel(node.getInput(1), before) != null
        ? before
        : null;
  }

  private static boolean product(NodeDef node, Layers layers) {
    return product(node, 0, layers) || product(node, 1, layers);
  }

  private static boolean product(NodeDef node, int input, Layers layers) {
    NodeDef before = layers.only(node.getInput(input));
    NodeDef layer = layer(before, layers);
    if (layer == null || before == null) {
      return false;
    }
    int channels = layers.channels(layer);
    float[] constant = layers.perChannel(node.getInput(1 - input), layer);
    if (constant == null) {
      return false;
    }
    double[] factors = new double[channels];
    java.util.Arrays.setAll(factors, i -> constant[i]);
    if (isSame(before, layer)) {
      layers.graph.put(layers.scaled(layer, factors).toBuilder().setName(node.getName()).build());
      return true;
    }
    float[] added = layers.perChannel(before.getInput(1), layer);
    if (added == null) {
      return false;
    }
    float[] bias = new float[channels];
    for (int i = 0; i < channels; i++) {
      bias[i] = (float) (added[i] * factors[i]);
    }
    layers.graph.put(layers.scaled(layer, factors));
    layers.graph.put(
        before.toBuilder()
            .setName(node.getName())
            .setInput(1, vector(layers, node.getName() + "/offset", bias))
            .build());
    return true;
  }

  private static String vector(Layers layers, String name, float[] values) {
    return layers.graph.constant(name, Protos.tensor(Array.Dense.vector(Values.of(values))));
  }
}
