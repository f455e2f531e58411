// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Gives the results of a function without nodes that only pass them on, and without what no result
 * needs. The runtime counts on the former: it would give back values that lists still hold.
 */
final class FunctionResults {

  private FunctionResults() {}

  static FunctionDef direct(FunctionDef function) {
    Map<String, NodeDef> nodes = new HashMap<>();
    function.getNodeDefList().forEach(n -> nodes.put(n.getName(), n));
    FunctionDef.Builder out = function.toBuilder().clearNodeDef().clearRet().clearControlRet();
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    function
        .getRetMap()
        .forEach(
            (name, tensor) -> {
              String source = source(tensor, nodes);
              out.putRet(name, source);
              open.add(source);
            });
    while (!open.isEmpty()) {
      String name = node(open.remove());
      NodeDef node = nodes.get(name);
      if (node != null && needed.add(name)) {
        node.getInputList().stream()
            .filter(i -> !i.startsWith("^"))
            .forEach(i -> open.add(source(i, nodes)));
      }
    }
    for (NodeDef node : function.getNodeDefList()) {
      if (needed.contains(node.getName())) {
        NodeDef.Builder copy = node.toBuilder().clearInput();
        node.getInputList().stream()
            .filter(i -> !i.startsWith("^"))
            .forEach(i -> copy.addInput(source(i, nodes)));
        out.addNodeDef(copy);
      }
    }
    return out.build();
  }

  private static String source(String tensor, Map<String, NodeDef> nodes) {
    String source = tensor;
    NodeDef node = nodes.get(node(source));
    while (node != null && node.getOp().equals("Identity")) {
      source = node.getInput(0);
      node = nodes.get(node(source));
    }
    return source;
  }

  private static String node(String tensor) {
    int colon = tensor.indexOf(':');
    return colon < 0 ? tensor : tensor.substring(0, colon);
  }
}
