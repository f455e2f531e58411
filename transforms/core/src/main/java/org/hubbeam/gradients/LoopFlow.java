// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NodeDef;

/** How the variables of a loop depend on each other, from turn to turn. */
final class LoopFlow {

  private final FunctionBodyGraph body;
  private final GraphFlow flow;

  LoopFlow(NodeDef loop, FunctionDefLibrary library) {
    body = FunctionBodyGraph.of(loop, "body", library);
    flow = new GraphFlow(body.graph());
  }

  FunctionBodyGraph body() {
    return body;
  }

  /** The loop variables between outputs that have gradients and inputs whose are wanted. */
  List<Integer> between(Set<Integer> inputs, Set<Integer> outputs) {
    Map<Integer, Set<Integer>> to = new HashMap<>();
    Map<Integer, Set<Integer>> from = new HashMap<>();
    Set<String> arguments = Set.copyOf(body.argumentTensors());
    for (int result = 0; result < body.results().size(); result++) {
      for (String tensor : flow.behind(body.results().get(result), arguments)) {
        int argument = body.argumentTensors().indexOf(tensor);
        if (argument >= 0) {
          to.computeIfAbsent(argument, k -> new HashSet<>()).add(result);
          from.computeIfAbsent(result, k -> new HashSet<>()).add(argument);
        }
      }
    }
    Set<Integer> between = closure(inputs, to);
    between.retainAll(closure(outputs, from));
    return List.copyOf(between);
  }

  private static Set<Integer> closure(Set<Integer> start, Map<Integer, Set<Integer>> steps) {
    Set<Integer> reached = new TreeSet<>();
    Deque<Integer> open = new ArrayDeque<>(start);
    while (!open.isEmpty()) {
      int next = open.remove();
      if (reached.add(next)) {
        open.addAll(steps.getOrDefault(next, Set.of()));
      }
    }
    return reached;
  }

  /** The loop variables that no turn changes. */
  Set<Integer> constants() {
    Set<Integer> constants = new HashSet<>();
    for (int i = 0; i < body.results().size(); i++) {
      if (flow.source(body.results().get(i)).equals(body.argumentTensors().get(i))) {
        constants.add(i);
      }
    }
    return constants;
  }
}
