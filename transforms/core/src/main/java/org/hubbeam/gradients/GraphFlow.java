// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.OpDefs;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Which tensors of a graph depend smoothly on which, and what stands between them. */
@Internal
public final class GraphFlow {

  private final OpDefs ops;
  private final ControlFlowObstacles inner;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, List<NodeDef>> consumers = new HashMap<>();
  private final Map<String, List<DataType>> types = new HashMap<>();

  GraphFlow(GraphDef graph) {
    ops = OpDefs.registered().with(graph.getLibrary());
    inner = new ControlFlowObstacles(graph.getLibrary());
    for (NodeDef node : graph.getNodeList()) {
      nodes.put(node.getName(), node);
      for (String input : new LinkedHashSet<>(node.getInputList())) {
        if (!input.startsWith("^")) {
          consumers.computeIfAbsent(tensor(input), t -> new ArrayList<>()).add(node);
        }
      }
    }
  }

  /** {@code node:0} for {@code node}. */
  public static String tensor(String input) {
    return input.lastIndexOf(':') < 0 ? input + ":0" : input;
  }

  /** The node of a tensor, or of an input. */
  public static String producer(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.lastIndexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /** A node by its name. */
  NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "'");
    }
    return node;
  }

  boolean has(String node) {
    return nodes.containsKey(node);
  }

  Collection<NodeDef> nodes() {
    return nodes.values();
  }

  /** The nodes that take a tensor. */
  List<NodeDef> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The inputs of a node that are values, each as {@code node:0}. */
  public static List<String> inputs(NodeDef node) {
    return node.getInputList().stream()
        .filter(i -> !i.startsWith("^"))
        .map(GraphFlow::tensor)
        .toList();
  }

  /** The type of a tensor. */
  DataType type(String tensor) {
    NodeDef node = node(producer(tensor));
    int index = Integer.parseInt(tensor.substring(tensor.lastIndexOf(':') + 1));
    List<DataType> given = outputs(node);
    if (index >= given.size()) {
      throw new IllegalArgumentException("the graph has no tensor '" + tensor + "'");
    }
    return given.get(index);
  }

  /** The types of all that a node gives. */
  private List<DataType> outputs(NodeDef node) {
    return types.computeIfAbsent(node.getName(), n -> NodeTypes.outputs(ops, node));
  }

  /** Whether a tensor holds numbers that can change a little. */
  boolean isFloating(String tensor) {
    return isSmooth(tensor) && type(tensor) != DataType.DT_VARIANT;
  }

  boolean isSmooth(String tensor) {
    return NodeTypes.isSmooth(type(tensor));
  }

  /** All nodes that take some tensors, or what is computed of them, in any way. */
  Set<String> downstream(Collection<String> tensors) {
    Set<String> seen = new HashSet<>();
    Deque<NodeDef> open = new ArrayDeque<>();
    tensors.forEach(t -> open.addAll(consumers(t)));
    while (!open.isEmpty()) {
      NodeDef node = open.remove();
      if (seen.add(node.getName())) {
        for (int i = 0; i < outputs(node).size(); i++) {
          open.addAll(consumers(node.getName() + ":" + i));
        }
      }
    }
    return seen;
  }

  /**
   * The tensors that a tensor depends on smoothly, itself included: through floating values and
   * operations whose result changes with them.
   *
   * @param stops tensors that are not looked behind
   */
  Set<String> behind(String tensor, Set<String> stops) {
    return behind(List.of(tensor), stops);
  }

  /** The same of several tensors. */
  Set<String> behind(Collection<String> tensors, Set<String> stops) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(tensors);
    while (!open.isEmpty()) {
      String next = open.remove();
      if (!isSmooth(next) || !seen.add(next) || stops.contains(next)) {
        continue;
      }
      NodeDef node = node(producer(next));
      if (!OpGradients.isFlat(node.getOp())) {
        open.addAll(inputs(node));
      }
    }
    return seen;
  }

  /**
   * The nodes between some tensors and one that depends smoothly on them, the node of the latter
   * included; empty where it does not.
   */
  Set<String> between(Collection<String> tensors, String result) {
    return between(tensors, List.of(result));
  }

  /** The same for several that depend on them. */
  Set<String> between(Collection<String> tensors, Collection<String> results) {
    Set<String> starts = Set.copyOf(tensors);
    Set<String> behind = behind(results, starts);
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>();
    starts.stream().filter(behind::contains).forEach(open::add);
    while (!open.isEmpty()) {
      for (NodeDef node : consumers(open.remove())) {
        if (OpGradients.isFlat(node.getOp()) || seen.contains(node.getName())) {
          continue;
        }
        boolean leads = false;
        for (int i = 0; i < outputs(node).size(); i++) {
          String given = node.getName() + ":" + i;
          if (behind.contains(given) && !starts.contains(given)) {
            leads = true;
            open.add(given);
          }
        }
        if (leads) {
          seen.add(node.getName());
        }
      }
    }
    return seen;
  }

  /** The first node between some tensors and results whose gradient nobody knows. */
  @Nullable NodeDef obstacle(Collection<String> tensors, Collection<String> results) {
    Set<String> starts = Set.copyOf(tensors);
    Set<String> between = between(starts, results);
    Set<String> behind = behind(results, starts);
    for (String name : between) {
      NodeDef node = node(name);
      if (!OpGradients.has(node)) {
        return node;
      }
      Set<Integer> inputs = new TreeSet<>();
      List<String> taken = inputs(node);
      for (int i = 0; i < taken.size(); i++) {
        String tensor = taken.get(i);
        if (starts.contains(tensor) || between.contains(producer(tensor)) && isSmooth(tensor)) {
          inputs.add(i);
        }
      }
      NodeDef inside = inside(node, inputs, behind);
      if (inside != null) {
        return inside;
      }
    }
    return null;
  }

  /**
   * A node without gradient in a loop or branch.
   *
   * @param inputs some inputs of the loop or branch, by number
   * @param results tensors, of which those are looked at that it gives
   */
  @Nullable NodeDef inside(NodeDef node, Set<Integer> inputs, Set<String> results) {
    Set<Integer> outputs = new TreeSet<>();
    for (int i = 0; i < outputs(node).size(); i++) {
      if (results.contains(node.getName() + ":" + i)) {
        outputs.add(i);
      }
    }
    return inner.find(node, inputs, outputs);
  }

  /** Whether a node is a loop or branch that reads a variable, given as an input, inside. */
  boolean readsInside(NodeDef node, int input) {
    return inner.reads(node, input);
  }

  /** What a tensor is without the identities that it passed. */
  String source(String tensor) {
    String source = tensor;
    while (node(producer(source)).getOp().equals("Identity")) {
      source = inputs(node(producer(source))).get(0);
    }
    return source;
  }

  /** The tensors of these and only these, or an error that names what stands between. */
  static ModuleException refused(NodeDef node, String what) {
    return new ModuleException(
        ModuleException.Kind.MISUSED,
        "the loss cannot be differentiated by "
            + what
            + ": "
            + OpGradients.reason(node)
            + " (node '"
            + node.getName()
            + "')");
  }
}
