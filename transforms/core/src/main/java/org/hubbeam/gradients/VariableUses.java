// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.model.ModuleGraph;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** How the outputs of a function depend on its variables. */
final class VariableUses {

  private final ModuleGraph module;
  private final GraphFlow flow;
  private final Map<String, String> readers = new LinkedHashMap<>();
  private final Map<String, List<NodeDef>> reads = new LinkedHashMap<>();
  private final Map<String, Obstacle> obstacles = new LinkedHashMap<>();
  private final Map<String, List<String>> changing = new HashMap<>();
  private final Set<String> used = new HashSet<>();

  /** The variables by which some output can be differentiated. */
  private final Set<String> free = new HashSet<>();

  VariableUses(ModuleGraph module, GraphDef graph) {
    this.module = module;
    this.flow = new GraphFlow(graph);
    for (ModuleGraph.Variable variable : module.variables()) {
      List<NodeDef> own = VariableReads.of(flow, variable.node());
      reads.put(variable.node(), own);
      own.forEach(r -> readers.put(r.getName() + ":0", variable.path()));
      for (NodeDef node : VariableReads.inside(flow, variable.node())) {
        changing.computeIfAbsent(node.getName(), n -> new ArrayList<>()).add(variable.path());
      }
    }
    module.outputTensors().forEach((output, tensors) -> tensors.forEach(t -> follow(output, t)));
  }

  private void follow(String output, String tensor) {
    if (!flow.isFloating(tensor)) {
      return;
    }
    Set<String> behind = flow.behind(tensor, readers.keySet());
    behind.stream().filter(readers::containsKey).forEach(used::add);
    Set<String> seen = new HashSet<>();
    Set<String> blocked = new HashSet<>();
    for (String next : behind) {
      NodeDef node = flow.node(GraphFlow.producer(next));
      if (readers.containsKey(next)
          || OpGradients.isFlat(node.getOp())
          || !seen.add(node.getName())) {
        continue;
      }
      for (String path : changing.getOrDefault(node.getName(), List.of())) {
        obstacles.putIfAbsent(path, new Obstacle(VariableReads.changes(node), path, output));
      }
      List<String> inputs = GraphFlow.inputs(node);
      for (int i = 0; i < inputs.size(); i++) {
        NodeDef obstacle = OpGradients.has(node) ? flow.inside(node, Set.of(i), behind) : node;
        if (obstacle != null) {
          for (String source : flow.behind(inputs.get(i), readers.keySet())) {
            String path = readers.get(source);
            if (path != null) {
              blocked.add(path);
              obstacles.putIfAbsent(path, new Obstacle(OpGradients.reason(obstacle), path, output));
            }
          }
        }
      }
    }
    behind.stream()
        .map(readers::get)
        .filter(path -> path != null && !blocked.contains(path))
        .forEach(free::add);
  }

  /** All variables that the function captures. */
  List<ModuleVariable> variables() {
    List<ModuleVariable> all = new ArrayList<>();
    for (ModuleGraph.Variable variable : module.variables()) {
      all.add(
          new ModuleVariable(
              variable.path(),
              variable.node(),
              variable.dtype(),
              variable.shape(),
              variable.learning(),
              use(variable.node()),
              obstacle(variable.path())));
    }
    return List.copyOf(all);
  }

  private @Nullable Obstacle obstacle(String path) {
    return free.contains(path) ? null : obstacles.get(path);
  }

  private ModuleVariable.Use use(String variable) {
    List<NodeDef> smooth =
        reads.getOrDefault(variable, List.of()).stream()
            .filter(r -> used.contains(r.getName() + ":0"))
            .toList();
    if (smooth.isEmpty()) {
      return ModuleVariable.Use.NONE;
    }
    return smooth.stream().allMatch(VariableReads::isRows)
        ? ModuleVariable.Use.TABLE
        : ModuleVariable.Use.DENSE;
  }
}
