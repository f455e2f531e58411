// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.FunctionCalls;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Leaves out what no output needs: control inputs, checks, what is printed, operations that pass a
 * value on, values that are computed twice.
 */
final class Cleaning {

  /** They give their first input. */
  private static final Set<String> PASSING =
      Set.of(
          "Identity",
          "StopGradient",
          "PreventGradient",
          "Snapshot",
          "CheckNumerics",
          "CheckNumericsV2",
          "DebugGradientIdentity",
          "DebugIdentity",
          "DebugIdentityV2",
          "Print",
          "EnsureShape",
          "PlaceholderWithDefault");

  private final FrozenGraph frozen;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, String> same = new HashMap<>();

  private Cleaning(FrozenGraph frozen) {
    this.frozen = frozen;
    frozen.graph().getNodeList().forEach(n -> nodes.put(n.getName(), n));
  }

  static FrozenGraph of(FrozenGraph graph) {
    return new Cleaning(graph.mapBodies(Cleaning::of)).cleaned();
  }

  private FrozenGraph cleaned() {
    List<Port> outputs = new ArrayList<>();
    Map<Object, String> known = new HashMap<>();
    Map<String, NodeDef> kept = new LinkedHashMap<>();
    frozen.inputs().forEach(i -> kept.put(i.node(), nodes.get(i.node())));
    for (Port output : frozen.outputs()) {
      outputs.add(output.withTensor(visit(output.tensor(), kept, known)));
    }
    GraphDef.Builder graph = frozen.graph().toBuilder().clearNode().clearLibrary();
    kept.values().forEach(graph::addNode);
    graph.setLibrary(library(graph));
    List<Table> tables = frozen.tables().stream().filter(t -> kept.containsKey(t.node())).toList();
    return new FrozenGraph(graph.build(), frozen.inputs(), outputs, tables);
  }

  /** Keeps all that a tensor needs, what comes first before; its name in the cleaned graph. */
  private String visit(String tensor, Map<String, NodeDef> kept, Map<Object, String> known) {
    Deque<String> open = new ArrayDeque<>(List.of(source(tensor)));
    Set<String> entered = new HashSet<>();
    while (!open.isEmpty()) {
      String name = GraphFlow.producer(open.peek());
      if (kept.containsKey(name) || same.containsKey(name)) {
        open.pop();
        continue;
      }
      NodeDef node = node(name);
      if (entered.add(name)) {
        List<String> inputs = GraphFlow.inputs(node);
        for (int i = inputs.size() - 1; i >= 0; i--) {
          String input = source(inputs.get(i));
          if (!entered.contains(GraphFlow.producer(input))) {
            open.push(input);
          }
        }
        continue;
      }
      open.pop();
      NodeDef.Builder copy = node.toBuilder().clearInput().clearDevice();
      GraphFlow.inputs(node).forEach(i -> copy.addInput(input(merged(source(i)))));
      NodeDef cleaned = copy.build();
      String twin = known.get(key(cleaned));
      if (twin != null) {
        same.put(name, twin);
      } else {
        if (isPure(cleaned)) {
          known.put(key(cleaned), name);
        }
        kept.put(name, cleaned);
      }
    }
    return merged(source(tensor));
  }

  private static Object key(NodeDef node) {
    return node.toBuilder().clearName().clearExperimentalDebugInfo().build();
  }

  private static boolean isPure(NodeDef node) {
    return !node.getOp().startsWith("Random")
        && !node.getOp().equals("Placeholder")
        && !node.getOp().contains("Table")
        && !Set.of(
                "Enter",
                "Exit",
                "Switch",
                "Merge",
                "NextIteration",
                "TensorListReserve",
                "Multinomial",
                "TruncatedNormal")
            .contains(node.getOp());
  }

  private String merged(String tensor) {
    String twin = same.get(GraphFlow.producer(tensor));
    return twin == null ? tensor : twin + tensor.substring(tensor.lastIndexOf(':'));
  }

  private static String input(String tensor) {
    return tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor;
  }

  /** What a tensor is without the nodes that only pass it on, as {@code node:0}. */
  private String source(String input) {
    String tensor = GraphFlow.tensor(input);
    while (true) {
      NodeDef node = node(GraphFlow.producer(tensor));
      int index = GraphEditor.index(tensor);
      if (!PASSING.contains(node.getOp()) && !node.getOp().equals("IdentityN")) {
        return tensor;
      }
      tensor = GraphFlow.inputs(node).get(index);
    }
  }

  private NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "'");
    }
    return node;
  }

  private FunctionDefLibrary library(GraphDef.Builder graph) {
    Map<String, FunctionDef> all = new HashMap<>();
    frozen
        .graph()
        .getLibrary()
        .getFunctionList()
        .forEach(f -> all.put(f.getSignature().getName(), f));
    Set<String> called = new LinkedHashSet<>();
    graph.getNodeList().forEach(n -> called.addAll(FunctionCalls.names(n)));
    FunctionDefLibrary.Builder library = FunctionDefLibrary.newBuilder();
    FunctionCalls.reached(called, all).forEach(f -> library.addFunction(all.get(f)));
    return library.build();
  }
}
