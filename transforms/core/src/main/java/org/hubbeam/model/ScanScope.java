// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * What nodes stand in: the graph of a module, a function of a library, a graph that a constant
 * holds.
 *
 * @param says how messages name it
 * @param function the function; null for a graph
 * @param nodes all nodes
 * @param unique the nodes by name, without those that share theirs with another node or an argument
 */
record ScanScope(
    String says, @Nullable FunctionDef function, List<NodeDef> nodes, Map<String, NodeDef> unique) {

  static ScanScope graph(GraphDef graph, String says) {
    return new ScanScope(says, null, graph.getNodeList(), unique(graph.getNodeList(), Set.of()));
  }

  static ScanScope function(FunctionDef function, String holder) {
    Set<String> arguments = new HashSet<>();
    function.getSignature().getInputArgList().forEach(a -> arguments.add(a.getName()));
    return new ScanScope(
        "the function " + Shown.name(function.getSignature().getName()) + holder,
        function,
        function.getNodeDefList(),
        unique(function.getNodeDefList(), arguments));
  }

  /** Whether each argument is one tensor, and has a name that nothing else can have. */
  boolean hasPlainArguments() {
    Set<String> names = new HashSet<>();
    return function == null
        || function.getSignature().getInputArgList().stream()
            .allMatch(
                a ->
                    names.add(a.getName())
                        && a.getName().matches("\\w+")
                        && a.getNumberAttr().isEmpty()
                        && a.getTypeListAttr().isEmpty());
  }

  /** The place of a function's argument among its arguments; -1 if it has none of this name. */
  int argument(String name) {
    if (function != null) {
      for (int i = 0; i < function.getSignature().getInputArgCount(); i++) {
        if (function.getSignature().getInputArg(i).getName().equals(name)) {
          return i;
        }
      }
    }
    return -1;
  }

  /** The inputs of a node that are data. */
  static List<String> inputs(NodeDef node) {
    return node.getInputList().stream().filter(i -> !i.startsWith("^")).toList();
  }

  private static Map<String, NodeDef> unique(List<NodeDef> nodes, Set<String> taken) {
    Map<String, NodeDef> unique = new HashMap<>();
    Set<String> twice = new HashSet<>(taken);
    for (NodeDef node : nodes) {
      if (unique.put(node.getName(), node) != null) {
        twice.add(node.getName());
      }
    }
    unique.keySet().removeAll(twice);
    return unique;
  }
}
