// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Completes a graph with gradients whose loops and branches have placeholders for theirs. */
final class ControlFlowGradients {

  private ControlFlowGradients() {}

  /**
   * Puts the gradients of loops and branches where their placeholders are.
   *
   * @param original the graph without gradients
   * @param graph the same with gradients
   * @param calls the loops and branches that gradients flow through
   * @param gradients the tensors that are wanted; changed where one is a placeholder
   */
  static GraphDef complete(
      GraphDef original,
      GraphDef graph,
      List<ControlFlowCalls.Call> calls,
      Map<String, String> gradients) {
    GraphDef complete = calls.isEmpty() ? graph : replaced(graph, calls, gradients);
    return pruned(original, complete, gradients.values());
  }

  private static GraphDef replaced(
      GraphDef graph, List<ControlFlowCalls.Call> calls, Map<String, String> gradients) {
    GraphEditor editor = new GraphEditor(graph);
    Map<String, ControlFlowCalls.Call> byPlaceholder = new HashMap<>();
    calls.forEach(c -> c.placeholders().forEach(p -> byPlaceholder.put(p, c)));
    Map<ControlFlowCalls.Call, Set<Integer>> needed = new HashMap<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    gradients.values().forEach(g -> open.add(GraphFlow.producer(g)));
    while (!open.isEmpty()) {
      String name = open.remove();
      if (!seen.add(name)) {
        continue;
      }
      ControlFlowCalls.Call call = byPlaceholder.get(name);
      if (call != null) {
        needed.computeIfAbsent(call, c -> new TreeSet<>()).add(call.placeholders().indexOf(name));
        call.incoming().forEach(i -> open.add(GraphFlow.producer(i)));
      }
      GraphFlow.inputs(editor.node(name)).forEach(t -> open.add(GraphFlow.producer(t)));
    }
    Map<String, String> replaced = new HashMap<>();
    for (ControlFlowCalls.Call call : calls) {
      Set<Integer> inputs = needed.get(call);
      if (inputs != null) {
        NodeDef node = editor.node(call.node());
        Map<Integer, String> found =
            ControlFlowCalls.LOOPS.contains(node.getOp())
                ? LoopGradients.add(editor, call, inputs)
                : BranchGradients.add(editor, call, inputs);
        found.forEach((i, tensor) -> replaced.put(call.placeholders().get(i), tensor));
      }
    }
    rename(editor, replaced);
    gradients.replaceAll((x, g) -> replaced.getOrDefault(GraphFlow.producer(g), g));
    return editor.graph();
  }

  /** Gives consumers of the first outputs of some nodes other tensors. */
  static void rename(GraphEditor editor, Map<String, String> replaced) {
    for (NodeDef node : List.copyOf(editor.nodes())) {
      NodeDef.Builder changed = node.toBuilder();
      for (int i = 0; i < node.getInputCount(); i++) {
        String to = replaced.get(GraphFlow.producer(node.getInput(i)));
        if (to != null && !node.getInput(i).startsWith("^")) {
          changed.setInput(i, to);
        }
      }
      editor.put(changed.build());
    }
  }

  /** Removes what TensorFlow added and neither the graph nor a gradient needs. */
  private static GraphDef pruned(GraphDef original, GraphDef graph, Collection<String> gradients) {
    GraphEditor editor = new GraphEditor(graph);
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    original.getNodeList().forEach(n -> open.add(n.getName()));
    gradients.forEach(g -> open.add(GraphFlow.producer(g)));
    while (!open.isEmpty()) {
      String name = open.remove();
      if (needed.add(name)) {
        editor.node(name).getInputList().forEach(i -> open.add(GraphFlow.producer(i)));
      }
    }
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (!needed.contains(node.getName())) {
        editor.remove(node.getName());
      }
    }
    return editor.graph();
  }
}
