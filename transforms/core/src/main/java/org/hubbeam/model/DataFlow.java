// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** What values are computed of: nodes by name, followed along data, not along control. */
final class DataFlow {

  private final Map<String, NodeDef> nodes = new HashMap<>();

  DataFlow(Collection<NodeDef> nodes) {
    nodes.forEach(n -> this.nodes.put(n.getName(), n));
  }

  /**
   * Which of these sources some tensors are computed of.
   *
   * @param tensors as a graph or a function names them
   * @param sources names of nodes or arguments
   */
  Set<String> sources(Collection<String> tensors, Set<String> sources) {
    Set<String> found = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    tensors.forEach(t -> open.add(producer(t)));
    while (!open.isEmpty()) {
      String name = open.poll();
      if (!seen.add(name)) {
        continue;
      }
      if (sources.contains(name)) {
        found.add(name);
      } else if (nodes.containsKey(name)) {
        inputs(nodes.get(name)).forEach(open::add);
      }
    }
    return found;
  }

  private static List<String> inputs(NodeDef node) {
    List<String> inputs = new ArrayList<>();
    node.getInputList().stream()
        .filter(i -> !i.startsWith("^"))
        .forEach(i -> inputs.add(producer(i)));
    return inputs;
  }

  /** The node or argument that gives a tensor: {@code a} of {@code a:1} and of {@code a:y:0}. */
  static String producer(String tensor) {
    int colon = tensor.indexOf(':');
    return colon < 0 ? tensor : tensor.substring(0, colon);
  }
}
