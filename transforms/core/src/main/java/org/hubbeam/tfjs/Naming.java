// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.NodeNames;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Gives nodes names that tell something: inputs and outputs the function's own, the others those
 * that they had in the module. Every output gets a node of its own.
 */
final class Naming {

  private static final String FUNCTION = "hubbeam/function/";

  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> names = new HashMap<>();

  private Naming() {}

  static FrozenGraph of(FrozenGraph graph) {
    return new Naming().named(graph);
  }

  private FrozenGraph named(FrozenGraph frozen) {
    frozen.inputs().forEach(i -> names.put(i.node(), free(i.name())));
    List<String> outputs = frozen.outputs().stream().map(o -> free(o.name())).toList();
    GraphEditor types = new GraphEditor(frozen.graph());
    for (NodeDef node : frozen.graph().getNodeList()) {
      if (!names.containsKey(node.getName())) {
        String name = node.getName();
        names.put(name, free(name.startsWith(FUNCTION) ? name.substring(FUNCTION.length()) : name));
      }
    }
    GraphDef.Builder graph = frozen.graph().toBuilder().clearNode();
    for (NodeDef node : frozen.graph().getNodeList()) {
      NodeDef.Builder copy = node.toBuilder().clearInput().setName(renamed(node.getName()));
      node.getInputList().forEach(i -> copy.addInput(tensor(i)));
      graph.addNode(copy);
    }
    List<Port> out = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Port output = frozen.outputs().get(i);
      graph
          .addNodeBuilder()
          .setName(outputs.get(i))
          .setOp("Identity")
          .addInput(tensor(output.tensor()))
          .putAttr("T", GraphEditor.attr(types.type(output.tensor())));
      out.add(output.withTensor(outputs.get(i) + ":0"));
    }
    return new FrozenGraph(
        graph.build(),
        frozen.inputs().stream().map(i -> i.withTensor(renamed(i.node()) + ":0")).toList(),
        out,
        frozen.tables().stream()
            .map(t -> new Table(renamed(t.node()), t.keys(), t.values()))
            .toList());
  }

  private String free(String name) {
    String legal = NodeNames.path(name);
    String free = legal;
    for (int i = 1; !taken.add(free); i++) {
      free = legal + "_" + i;
    }
    return free;
  }

  private String renamed(String node) {
    return Objects.requireNonNull(names.get(node));
  }

  private String tensor(String input) {
    int colon = input.lastIndexOf(':');
    String node = colon < 0 ? input : input.substring(0, colon);
    String index = colon < 0 || input.endsWith(":0") ? "" : input.substring(colon);
    return renamed(node) + index;
  }
}
