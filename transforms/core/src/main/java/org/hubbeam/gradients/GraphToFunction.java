// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.GraphFunction;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;

/** The arguments and results of a graph that becomes a function. */
@Internal
public final class GraphToFunction {

  private final GraphEditor graph;
  private final List<GraphFunction.Argument> arguments = new ArrayList<>();
  private final List<GraphFunction.Result> results = new ArrayList<>();

  public GraphToFunction(GraphEditor graph) {
    this.graph = graph;
  }

  /** A placeholder that is there already. */
  public void argument(String node) {
    arguments.add(
        new GraphFunction.Argument(
            node, node, graph.outputs(graph.node(node)).get(0), Shape.UNKNOWN, null));
  }

  /** A new placeholder. */
  public String argument(String name, DataType type) {
    String node = graph.placeholder(name, type);
    argument(node);
    return node;
  }

  public void result(String tensor, DataType type) {
    results.add(new GraphFunction.Result(tensor, type, Shape.UNKNOWN));
  }

  public FunctionDef function(GraphEditor owner, String name) {
    return GraphFunction.convert(
        owner.freeFunction(name.replaceAll("[^A-Za-z0-9_]", "_")),
        graph.graph(),
        arguments,
        results,
        graph.ops());
  }
}
