// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Takes off what inlining puts before the names of the nodes of a body. */
final class BodyNames {

  private static final String INLINED = "body/";

  private BodyNames() {}

  /** The same graph with short names; arguments keep theirs. */
  static FrozenGraph plain(FrozenGraph frozen) {
    Set<String> taken = new HashSet<>();
    frozen.graph().getNodeList().forEach(n -> taken.add(n.getName()));
    Map<String, String> names = new HashMap<>();
    for (NodeDef node : frozen.graph().getNodeList()) {
      String name = node.getName();
      while (name.startsWith(INLINED)) {
        name = name.substring(INLINED.length());
      }
      if (!name.equals(node.getName()) && taken.add(name)) {
        names.put(node.getName(), name);
      }
    }
    GraphDef.Builder graph = frozen.graph().toBuilder().clearNode();
    for (NodeDef node : frozen.graph().getNodeList()) {
      NodeDef.Builder copy = node.toBuilder().clearInput();
      copy.setName(names.getOrDefault(node.getName(), node.getName()));
      node.getInputList().forEach(i -> copy.addInput(renamed(i, names)));
      graph.addNode(copy);
    }
    List<Port> outputs =
        frozen.outputs().stream().map(o -> o.withTensor(renamed(o.tensor(), names))).toList();
    return new FrozenGraph(graph.build(), frozen.inputs(), outputs, frozen.tables());
  }

  private static String renamed(String input, Map<String, String> names) {
    boolean control = input.startsWith("^");
    String tensor = control ? input.substring(1) : input;
    int colon = tensor.lastIndexOf(':');
    String node = colon < 0 ? tensor : tensor.substring(0, colon);
    return (control ? "^" : "")
        + names.getOrDefault(node, node)
        + (colon < 0 ? "" : tensor.substring(colon));
  }
}
