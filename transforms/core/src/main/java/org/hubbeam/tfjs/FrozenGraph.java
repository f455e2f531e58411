// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.FunctionBodyGraph;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphToFunction;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * One function as one graph: no calls, no variables. Loops and branches name functions of the
 * graph's library.
 *
 * @param graph placeholders, constants with their contents, tables, operations
 * @param inputs in the order of the function
 * @param outputs in the order of the function
 * @param tables what the tables of the graph hold
 */
@Internal
public record FrozenGraph(
    GraphDef graph, List<Port> inputs, List<Port> outputs, List<Table> tables) {

  /** The attributes of loops and branches that name functions. */
  static final List<String> BODIES = List.of("cond", "body", "then_branch", "else_branch");

  public FrozenGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    tables = List.copyOf(tables);
  }

  FrozenGraph with(GraphDef other) {
    return new FrozenGraph(other, inputs, outputs, tables);
  }

  /** With other names of inputs and outputs, by those that they have. */
  FrozenGraph renamed(Map<String, String> names) {
    return new FrozenGraph(
        graph,
        inputs.stream().map(i -> i.named(names.getOrDefault(i.name(), i.name()))).toList(),
        outputs.stream().map(o -> o.named(names.getOrDefault(o.name(), o.name()))).toList(),
        tables);
  }

  /** This graph with all functions of its loops and branches changed by a pass. */
  FrozenGraph mapBodies(UnaryOperator<FrozenGraph> pass) {
    Map<String, FunctionDef> library = new LinkedHashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    Set<String> named = new LinkedHashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      BODIES.stream()
          .filter(node::containsAttr)
          .forEach(b -> named.add(node.getAttrOrThrow(b).getFunc().getName()));
    }
    for (String name : named) {
      change(library, name, pass);
    }
    return named.isEmpty()
        ? this
        : with(
            graph.toBuilder()
                .setLibrary(FunctionDefLibrary.newBuilder().addAllFunction(library.values()))
                .build());
  }

  private static void change(
      Map<String, FunctionDef> library, String name, UnaryOperator<FrozenGraph> pass) {
    FunctionBodyGraph body =
        FunctionBodyGraph.of(
            Objects.requireNonNull(library.get(name)),
            FunctionDefLibrary.newBuilder().addAllFunction(library.values()).build());
    GraphEditor before = new GraphEditor(body.graph());
    FrozenGraph frozen =
        new FrozenGraph(
            body.graph(),
            body.arguments().stream()
                .map(
                    a ->
                        new Port(a, a + ":0", before.outputs(before.node(a)).get(0), Shape.UNKNOWN))
                .toList(),
            body.results().stream()
                .map(r -> new Port(r, r, before.type(r), Shape.UNKNOWN))
                .toList(),
            List.of());
    FrozenGraph passed = BodyNames.plain(pass.apply(frozen));
    GraphEditor inner = new GraphEditor(passed.graph());
    inner.library().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    GraphToFunction out = new GraphToFunction(inner);
    passed.inputs().forEach(i -> out.argument(i.node()));
    passed.outputs().forEach(o -> out.result(o.tensor(), inner.type(o.tensor())));
    library.put(name, out.function(new GraphEditor(GraphDef.getDefaultInstance()), name));
  }
}
