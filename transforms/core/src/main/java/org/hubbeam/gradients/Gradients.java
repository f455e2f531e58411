// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.OpDefs;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The gradients of a scalar of a graph. */
@Internal
public final class Gradients {

  private Gradients() {}

  /**
   * Adds the gradients of a scalar by some tensors.
   *
   * @param graph without calls of functions; loops and branches as {@code While} and {@code If}
   * @param loss a floating scalar, {@code node:0}
   * @param tensors floating tensors; what they are computed of is not looked at
   * @throws ModuleException when an operation between a tensor and the loss has no gradient, naming
   *     it
   */
  public static Differentiated of(GraphDef graph, String loss, List<String> tensors) {
    return of(graph, List.of(loss), List.of(), tensors);
  }

  /**
   * Adds the gradients of several results.
   *
   * @param incoming the gradient of each result; empty where it is 1 everywhere
   */
  static Differentiated of(
      GraphDef graph, List<String> results, List<String> incoming, List<String> tensors) {
    GraphFlow flow = new GraphFlow(graph);
    List<String> wanted = tensors.stream().map(GraphFlow::tensor).toList();
    Set<String> between = flow.between(wanted, results);
    NodeDef obstacle = flow.obstacle(wanted, results);
    if (obstacle != null) {
      throw GraphFlow.refused(obstacle, wanted.toString());
    }
    Set<String> behind = flow.behind(results, Set.copyOf(wanted));
    List<String> connected = wanted.stream().filter(behind::contains).distinct().toList();
    Map<String, String> gradients = new LinkedHashMap<>();
    GraphDef result =
        connected.isEmpty()
            ? graph
            : added(stopped(graph, flow, between, wanted), results, incoming, connected, gradients);
    List<@Nullable String> all = new ArrayList<>();
    wanted.forEach(t -> all.add(gradients.get(t)));
    return new Differentiated(result, all);
  }

  /** The graph with nothing to differentiate but what lies between. */
  private static GraphDef stopped(
      GraphDef graph, GraphFlow flow, Set<String> between, List<String> starts) {
    Set<String> reached = flow.downstream(starts);
    GraphDef.Builder out = graph.toBuilder().clearNode();
    Map<String, String> stops = new LinkedHashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (!between.contains(node.getName())) {
        out.addNode(node);
        continue;
      }
      NodeDef.Builder copy = node.toBuilder().clearInput();
      for (String input : node.getInputList()) {
        String tensor = GraphFlow.tensor(input);
        boolean passes =
            input.startsWith("^")
                || !reached.contains(GraphFlow.producer(input))
                || starts.contains(tensor)
                || between.contains(GraphFlow.producer(input)) && flow.isSmooth(tensor);
        copy.addInput(passes ? input : stops.computeIfAbsent(tensor, t -> stop(t, flow, out)));
      }
      out.addNode(copy);
    }
    return out.build();
  }

  private static String stop(String tensor, GraphFlow flow, GraphDef.Builder out) {
    String name = "hubbeam/stop_" + out.getNodeCount();
    while (flow.has(name)) {
      name += "_";
    }
    out.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("StopGradient")
            .addInput(tensor)
            .putAttr("T", AttrValue.newBuilder().setType(flow.type(tensor)).build()));
    return name + ":0";
  }

  private static GraphDef added(
      GraphDef graph,
      List<String> results,
      List<String> incoming,
      List<String> tensors,
      Map<String, String> gradients) {
    OpDefs.registered();
    RegisteredGradients.register();
    List<ControlFlowCalls.Call> calls = new ArrayList<>();
    try (Graph made = new Graph()) {
      made.importGraphDef(graph);
      Output<?>[] given =
          ControlFlowCalls.recorded(
              calls,
              () ->
                  made.addGradients(
                      "hubbeam_gradients",
                      outputs(made, results),
                      outputs(made, tensors),
                      outputs(made, incoming)));
      RegisteredGradients.rethrow();
      for (int i = 0; i < given.length; i++) {
        GraphOperation node = (GraphOperation) given[i].op();
        if (!node.getUnsafeNativeHandle().isNull()) {
          gradients.put(tensors.get(i), node.name() + ":" + given[i].index());
        }
      }
      return ControlFlowGradients.complete(graph, made.toGraphDef(), calls, gradients);
    } catch (TensorFlowException e) {
      RegisteredGradients.rethrow();
      throw new ModuleException(
          ModuleException.Kind.REFUSED, "TensorFlow cannot differentiate: " + e.getMessage(), e);
    }
  }

  private static Output<?>[] outputs(Graph graph, List<String> tensors) {
    return tensors.stream().map(t -> output(graph, t)).toArray(Output<?>[]::new);
  }

  private static Output<?> output(Graph graph, String tensor) {
    int colon = tensor.lastIndexOf(':');
    return graph
        .operationOrThrow(GraphFlow.producer(tensor))
        .output(colon < 0 ? 0 : Integer.parseInt(tensor.substring(colon + 1)));
  }
}
