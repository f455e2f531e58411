// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.OpDefs;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Takes fused operations apart, and gives regular expressions back to RE2. */
final class Unfusing {

  private static final Map<String, String> PLAIN =
      Map.of(
          "_FusedConv2D", "Conv2D",
          "_FusedDepthwiseConv2dNative", "DepthwiseConv2dNative",
          "_FusedMatMul", "MatMul");

  private Unfusing() {}

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph mapped = graph.mapBodies(Unfusing::of);
    GraphEditor editor = new GraphEditor(mapped.graph());
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (PLAIN.containsKey(node.getOp())) {
        unfuse(node, editor);
      } else if (node.containsAttr(RegexTranslation.RE2)
          || node.containsAttr(RegexTranslation.RE2_REWRITE)) {
        editor.put(re2(node));
      }
    }
    return mapped.with(editor.graph());
  }

  private static NodeDef re2(NodeDef node) {
    NodeDef.Builder out = node.toBuilder();
    if (node.containsAttr(RegexTranslation.RE2)) {
      out.putAttr("pattern", node.getAttrOrThrow(RegexTranslation.RE2));
    }
    if (node.containsAttr(RegexTranslation.RE2_REWRITE)) {
      out.putAttr("rewrite", node.getAttrOrThrow(RegexTranslation.RE2_REWRITE));
    }
    return out.build();
  }

  private static void unfuse(NodeDef node, GraphEditor graph) {
    List<String> fused = new ArrayList<>();
    node.getAttrOrThrow("fused_ops").getList().getSList().forEach(s -> fused.add(s.toStringUtf8()));
    NodeDef.Builder layer =
        NodeDef.newBuilder()
            .setName(node.getName() + "/layer")
            .setOp(PLAIN.get(node.getOp()))
            .addInput(node.getInput(0))
            .addInput(node.getInput(1))
            .putAllAttr(node.getAttrMap());
    Set<String> known = attributes(layer.getOp());
    node.getAttrMap().keySet().stream().filter(a -> !known.contains(a)).forEach(layer::removeAttr);
    graph.put(layer.build());
    Map<String, AttrValue> type = Map.of("T", Protos.attr(DataType.DT_FLOAT));
    String last = layer.getName();
    int argument = 2;
    for (String op : fused) {
      switch (op) {
        case "BiasAdd" -> {
          last =
              graph.add(
                  node.getName() + "/bias_add",
                  "AddV2",
                  List.of(last, node.getInput(argument)),
                  type);
          argument++;
        }
        case "Prelu" -> {
          String positive = graph.add(node.getName() + "/relu", "Relu", List.of(last), type);
          String rest = graph.add(node.getName() + "/rest", "Sub", List.of(last, positive), type);
          String scaled =
              graph.add(
                  node.getName() + "/scaled", "Mul", List.of(rest, node.getInput(argument)), type);
          last = graph.add(node.getName() + "/prelu", "AddV2", List.of(positive, scaled), type);
        }
        case "LeakyRelu" ->
            last =
                graph.add(
                    node.getName() + "/activation",
                    op,
                    List.of(last),
                    Map.of(
                        "T", Protos.attr(DataType.DT_FLOAT),
                        "alpha", node.getAttrOrThrow("leakyrelu_alpha")));
        default -> last = graph.add(node.getName() + "/activation", op, List.of(last), type);
      }
    }
    graph.put(
        NodeDef.newBuilder()
            .setName(node.getName())
            .setOp("Identity")
            .addInput(last)
            .putAllAttr(type)
            .build());
  }

  private static Set<String> attributes(String operation) {
    OpDef op = Objects.requireNonNull(OpDefs.registered().find(operation));
    return op.getAttrList().stream().map(OpDef.AttrDef::getName).collect(Collectors.toSet());
  }

  /** A graph that TensorFlow runs. */
  static GraphDef graph(GraphModel model) {
    return of(new FrozenGraph(model.graph(), model.inputs(), model.outputs(), model.tables()))
        .graph();
  }
}
