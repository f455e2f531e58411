// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.GraphFunction.Argument;
import org.hubbeam.model.GraphFunction.Result;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.NodeDef;

/**
 * Signatures of a module that is one graph: the part of the graph from inputs to outputs becomes a
 * function. Variables and tables that it uses become members of the writer, with the values that
 * they have once the module is loaded.
 */
final class GraphGraft implements GraftSource {

  private final ModuleWriter writer;
  private final String name;
  private final ModuleDefinition definition;
  private final FunctionNames functions;
  private final Map<String, ModuleWriter.Member> members = new HashMap<>();
  private final Map<String, Body> bodies = new HashMap<>();
  private final MemberPaths paths;
  private final GraftValues values;

  GraphGraft(ModuleWriter writer, String name, ModuleDefinition definition, GraftValues values) {
    this.writer = writer;
    this.name = name;
    this.definition = definition;
    this.functions =
        new FunctionNames(
            name + "_", definition.metaGraph().getGraphDef().getLibrary(), definition.functions());
    this.paths = new MemberPaths(name);
    this.values = values;
  }

  @Override
  public Body body(Member member, Trace trace) {
    Body known = bodies.get(member.name());
    if (known == null) {
      known = made(member, trace);
      bodies.put(member.name(), known);
    }
    return known;
  }

  private Body made(Member member, Trace trace) {
    SignatureGraph graph = SignatureGraph.extract(definition, member);
    take(graph);
    List<Argument> arguments = inputs(graph, member, trace);
    List<ModuleWriter.Member> captures = new ArrayList<>();
    graph
        .captures()
        .forEach(
            (placeholder, node) -> {
              ModuleWriter.Member captured = Objects.requireNonNull(members.get(node.getName()));
              captures.add(captured);
              arguments.add(WrittenFunction.captured(captured, placeholder));
            });
    Set<String> called = new LinkedHashSet<>();
    graph.nodes().forEach(n -> called.addAll(FunctionCalls.names(n)));
    FunctionDefLibrary library = functions.reached(called);
    String function = "__inference_" + name + "_signature_" + bodies.size();
    GraphNodes renamed = new GraphNodes();
    graph.nodes().forEach(n -> renamed.add(functions.node(n, function)));
    FunctionDef made =
        GraphFunction.convert(
            function,
            renamed.graph().build(),
            arguments,
            outputs(graph, member, trace),
            writer.ops().with(library));
    return new Body(
        made,
        captures,
        library.toBuilder().addFunction(made).build(),
        definition.metaGraph().getGraphDef().getVersions().getProducer());
  }

  static List<Argument> inputs(SignatureGraph graph, Member member, Trace trace) {
    List<Argument> arguments = new ArrayList<>();
    for (Structure.Tensor input : trace.inputs()) {
      List<String> tensors = Objects.requireNonNull(member.tensors().inputs().get(input.path()));
      List<DataType> types = input.types();
      for (int i = 0; i < tensors.size(); i++) {
        String node = graph.placeholder(tensors.get(i));
        arguments.add(new Argument(node, input.path(), types.get(i), Shape.UNKNOWN, null));
      }
    }
    return arguments;
  }

  static List<Result> outputs(SignatureGraph graph, Member member, Trace trace) {
    List<Result> results = new ArrayList<>();
    for (Structure.Tensor output : trace.outputs()) {
      List<String> tensors = Objects.requireNonNull(member.tensors().outputs().get(output.path()));
      List<DataType> types = output.types();
      for (int i = 0; i < tensors.size(); i++) {
        results.add(new Result(graph.tensor(tensors.get(i)), types.get(i), Shape.UNKNOWN));
      }
    }
    return results;
  }

  /** Makes members of what is captured, with what the loaded module has in them. */
  private void take(SignatureGraph graph) {
    List<NodeDef> missing =
        graph.captures().values().stream().filter(n -> !members.containsKey(n.getName())).toList();
    if (missing.isEmpty()) {
      return;
    }
    try (GraphProgram program =
        new GraphProgram(
            definition,
            ConfigProto.getDefaultInstance(),
            new TimeLimits(ModuleOptions.Timeouts.DEFAULT))) {
      for (NodeDef node : missing) {
        members.put(node.getName(), member(node, program));
      }
    }
  }

  private ModuleWriter.Member member(NodeDef node, GraphProgram program) {
    if (SignatureGraph.isVariable(node)) {
      VariableValue own = new VariableValue.Given((Array.Dense) program.variable(node.getName()));
      return writer.add(
          new ModuleWriter.Variable(
              paths.free(node.getName(), "variable"),
              values.of(node.getName(), own),
              values.learning(node.getName(), definition.isTrained(node.getName()))));
    }
    if (SignatureGraph.isTable(node)) {
      List<Array.Dense> content = program.table(node);
      if (content.get(1).dims().size() != 1) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE,
            "the table '"
                + node.getName()
                + "' cannot be taken over: its values are arrays of "
                + content.get(1).dims());
      }
      return writer.mapping(
          paths.free(node.getName(), "table"), content.get(0).values(), content.get(1).values());
    }
    String file = Objects.requireNonNull(definition.assetFile(node.getName()));
    return writer.add(
        new ModuleWriter.Asset(
            paths.free(node.getName(), "asset"),
            definition.files().asset(file),
            name + "_" + file.replace('/', '_')));
  }
}
