// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NodeDef;

/** What has no gradient in the functions of loops and branches. */
final class ControlFlowObstacles {

  private record Asked(NodeDef node, Set<Integer> inputs, Set<Integer> outputs) {}

  private final FunctionDefLibrary library;
  private final Map<Asked, Optional<NodeDef>> found = new HashMap<>();
  private final Map<String, Set<Integer>> read = new HashMap<>();

  ControlFlowObstacles(FunctionDefLibrary library) {
    this.library = library;
  }

  /**
   * The first node without gradient between some inputs of a loop or branch and some outputs; null
   * where there is none, and for any other node.
   */
  @Nullable NodeDef find(NodeDef node, Set<Integer> inputs, Set<Integer> outputs) {
    if (inputs.isEmpty() || outputs.isEmpty()) {
      return null;
    }
    Asked asked = new Asked(node, inputs, outputs);
    Optional<NodeDef> known = found.get(asked);
    if (known == null) {
      known = Optional.ofNullable(search(node, inputs, outputs));
      found.put(asked, known);
    }
    return known.orElse(null);
  }

  /** Whether a loop or branch reads the floating variable that an input is. */
  boolean reads(NodeDef node, int input) {
    if (ControlFlowCalls.LOOPS.contains(node.getOp())) {
      return read(node.getAttrOrThrow("body").getFunc().getName()).contains(input);
    }
    return ControlFlowCalls.BRANCHES.contains(node.getOp())
        && BranchGradients.branches(node).stream().anyMatch(b -> read(b).contains(input - 1));
  }

  private Set<Integer> read(String function) {
    Set<Integer> known = read.get(function);
    if (known == null) {
      known = LoopReads.left(function, library);
      read.put(function, known);
    }
    return known;
  }

  private @Nullable NodeDef search(NodeDef node, Set<Integer> inputs, Set<Integer> outputs) {
    if (ControlFlowCalls.LOOPS.contains(node.getOp())) {
      LoopFlow loop = new LoopFlow(node, library);
      List<Integer> between = loop.between(inputs, outputs);
      return obstacle(loop.body(), between, between);
    }
    if (ControlFlowCalls.BRANCHES.contains(node.getOp())) {
      List<Integer> arguments = inputs.stream().filter(i -> i > 0).map(i -> i - 1).toList();
      for (FunctionDef branch :
          FunctionBodyGraph.functions(BranchGradients.branches(node), library)) {
        NodeDef obstacle =
            obstacle(FunctionBodyGraph.of(branch, library), arguments, List.copyOf(outputs));
        if (obstacle != null) {
          return obstacle;
        }
      }
    }
    return null;
  }

  private static @Nullable NodeDef obstacle(
      FunctionBodyGraph body, List<Integer> arguments, List<Integer> results) {
    return new GraphFlow(body.graph())
        .obstacle(
            arguments.stream().map(body.argumentTensors()::get).toList(),
            results.stream().map(body.results()::get).toList());
  }
}
