// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The nodes of a graph by name, and what depends on what. */
@Internal
public final class GraphIndex {

  private final GraphDef graph;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

  /** The index of a graph. */
  public GraphIndex(GraphDef graph) {
    this.graph = graph;
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
  }

  /** The node of a tensor ({@code node:0}) or of a node's input ({@code ^node}). */
  public static String node(String tensor) {
    String name = tensor.startsWith("^") ? tensor.substring(1) : tensor;
    int colon = name.lastIndexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /** The nodes that these tensors need, themselves included. */
  public Set<String> needed(Collection<String> tensors) {
    Set<String> reached = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    tensors.forEach(t -> open.add(node(t)));
    while (!open.isEmpty()) {
      String name = open.poll();
      if (reached.add(name)) {
        inputs(name).forEach(open::add);
      }
    }
    return reached;
  }

  /** The graph with those nodes only that these tensors need. */
  public GraphDef pruned(Collection<String> tensors) {
    Set<String> needed = needed(tensors);
    GraphDef.Builder out = graph.toBuilder().clearNode();
    graph.getNodeList().stream().filter(n -> needed.contains(n.getName())).forEach(out::addNode);
    return out.build();
  }

  /**
   * For each node the highest level of what it needs.
   *
   * @param levels the levels of some nodes; all others that need nothing have level 0
   */
  Levels levels(Map<String, Integer> levels) {
    return new Levels(levels);
  }

  private List<String> inputs(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "'");
    }
    List<String> inputs = new ArrayList<>();
    node.getInputList().forEach(i -> inputs.add(node(i)));
    return inputs;
  }

  /** The levels of nodes, each computed once. */
  final class Levels {
    private final Map<String, Integer> levels;

    private Levels(Map<String, Integer> levels) {
      this.levels = new HashMap<>(levels);
    }

    /** Sets the level of a node before anything asks for it. */
    void put(String node, int level) {
      levels.put(node, level);
    }

    /** The level of a tensor. */
    int level(String tensor) {
      String target = node(tensor);
      Deque<String> path = new ArrayDeque<>(List.of(target));
      Set<String> entered = new HashSet<>();
      while (!path.isEmpty()) {
        String name = path.peek();
        if (levels.containsKey(name)) {
          path.pop();
        } else if (entered.add(name)) {
          inputs(name).stream().filter(i -> !levels.containsKey(i)).forEach(path::push);
        } else {
          levels.put(
              name, inputs(name).stream().mapToInt(i -> levels.getOrDefault(i, 0)).max().orElse(0));
          path.pop();
        }
      }
      return levels.getOrDefault(target, 0);
    }
  }
}
