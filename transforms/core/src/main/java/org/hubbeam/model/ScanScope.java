// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * What nodes stand in: the graph of a module, a function of a library, a graph that a constant
 * holds.
 *
 * @param says how messages name it
 * @param function the function; null for a graph
 * @param nodes all nodes
 * @param unique the nodes by name, without those that share theirs with another node or an argument
 * @param arguments the places of the function's arguments by name; empty where an argument is more
 *     than one tensor, or has a name that something else can have
 */
record ScanScope(
    String says,
    @Nullable FunctionDef function,
    List<NodeDef> nodes,
    Map<String, NodeDef> unique,
    Map<String, Integer> arguments) {

  private static final Pattern PLAIN = Pattern.compile("\\w+");

  static ScanScope graph(GraphDef graph, String says) {
    return new ScanScope(
        says, null, graph.getNodeList(), unique(graph.getNodeList(), Set.of()), Map.of());
  }

  static ScanScope function(FunctionDef function, String holder) {
    List<OpDef.ArgDef> arguments = function.getSignature().getInputArgList();
    Set<String> names = new HashSet<>();
    arguments.forEach(a -> names.add(a.getName()));
    return new ScanScope(
        "the function " + Shown.name(function.getSignature().getName()) + holder,
        function,
        function.getNodeDefList(),
        unique(function.getNodeDefList(), names),
        places(arguments));
  }

  private static Map<String, Integer> places(List<OpDef.ArgDef> arguments) {
    Map<String, Integer> places = new HashMap<>();
    for (OpDef.ArgDef argument : arguments) {
      boolean plain =
          PLAIN.matcher(argument.getName()).matches()
              && argument.getNumberAttr().isEmpty()
              && argument.getTypeListAttr().isEmpty();
      if (!plain || places.putIfAbsent(argument.getName(), places.size()) != null) {
        return Map.of();
      }
    }
    return places;
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
