// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.ModuleException;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A graph with the gradients of a scalar by variables.
 *
 * @param graph the graph that was given, and the operations that compute gradients
 * @param gradients one for each variable that was asked for, summed over all of its uses; null
 *     where the scalar does not depend on it
 */
@Internal
public record VariableGradients(GraphDef graph, List<@Nullable VariableGradient> gradients) {

  public VariableGradients {
    gradients = Collections.unmodifiableList(new ArrayList<>(gradients));
  }

  /**
   * Adds gradients to a graph.
   *
   * @param loss a scalar, float32, float64 or half precision
   * @param variables the nodes ({@code VarHandleOp}) of the variables
   * @throws org.hubbeam.model.ModuleException when an operation between a variable and the loss has
   *     no gradient, naming the operation and the variable
   */
  public static VariableGradients of(GraphDef graph, String loss, List<String> variables) {
    GraphFlow flow = new GraphFlow(graph);
    List<List<NodeDef>> reads = new ArrayList<>();
    List<String> tensors = new ArrayList<>();
    for (String variable : variables) {
      List<NodeDef> own = VariableReads.of(flow, variable);
      for (NodeDef read : own) {
        NodeDef obstacle = flow.obstacle(List.of(read.getName() + ":0"), List.of(loss));
        if (obstacle != null) {
          throw GraphFlow.refused(obstacle, "'" + variable + "'");
        }
        tensors.add(read.getName() + ":0");
      }
      reads.add(own);
      refuseInside(flow, variable, loss);
    }
    Differentiated differentiated = Gradients.of(graph, loss, tensors);
    GradientSums sums = new GradientSums(differentiated.graph(), flow);
    List<@Nullable VariableGradient> gradients = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < variables.size(); i++) {
      List<NodeDef> own = reads.get(i);
      gradients.add(
          sums.sum(
              variables.get(i), own, differentiated.gradients().subList(next, next + own.size())));
      next += own.size();
    }
    return new VariableGradients(sums.graph(), gradients);
  }

  private static void refuseInside(GraphFlow flow, String variable, String loss) {
    for (NodeDef node : VariableReads.inside(flow, variable)) {
      if (flow.behind(loss, Set.of()).stream()
          .anyMatch(t -> GraphFlow.producer(t).equals(node.getName()))) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "the loss cannot be differentiated by '"
                + variable
                + "': "
                + VariableReads.changes(node)
                + " (node '"
                + node.getName()
                + "')");
      }
    }
  }
}
