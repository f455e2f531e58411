// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.model.GraphFunction.Argument;
import org.hubbeam.model.GraphFunction.Result;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.Struct.StructuredValue;

/** Runs the body of a function once, and keeps what it built. */
final class FunctionTracer {

  private static final String LONE = "output";

  private FunctionTracer() {}

  /**
   * One trace.
   *
   * @param library the functions that the body calls
   * @param outputs what it gives, in TensorFlow's order
   * @param result what the outputs are to Python
   */
  record Trace(
      WrittenFunction function,
      FunctionInputs inputs,
      List<ArraySpec> outputs,
      FunctionGraph.Result result,
      FunctionDefLibrary library,
      int producer) {

    /** Whether Python gets a tensor and no structure. */
    boolean isLone() {
      return isLoneOutput(outputs, result);
    }

    /** The structure that Python gets. */
    Tree structure() {
      return tree(outputs, result);
    }
  }

  /**
   * Builds the body.
   *
   * @param name of the graph function
   * @param defaults the values that the python arguments have when they are not given
   */
  static Trace trace(
      String name,
      FunctionInputs inputs,
      Map<String, @Nullable Object> defaults,
      FunctionBody body,
      ModuleWriter owner) {
    try (Graph graph = NativeRuntime.newGraph()) {
      FunctionScope scope = new FunctionScope(graph, inputs, owner);
      body.build(scope);
      return trace(name, inputs, defaults, scope.graph(graph.toGraphDef()), owner);
    }
  }

  /** One trace of a body that is a graph already. */
  static Trace trace(
      String name,
      FunctionInputs inputs,
      Map<String, @Nullable Object> defaults,
      FunctionGraph graph,
      ModuleWriter owner) {
    FunctionGraph body = graph.completed();
    List<TensorPart> parts = new ArrayList<>();
    List<Argument> arguments = new ArrayList<>();
    for (ArraySpec spec : flat(inputs)) {
      List<TensorPart> of = TensorPart.of(spec.named(inputs.inSignature(spec)));
      List<String> nodes = body.nodes(spec);
      for (int i = 0; i < of.size(); i++) {
        TensorPart part = of.get(i);
        parts.add(part);
        arguments.add(new Argument(nodes.get(i), part.name(), part.dtype(), part.shape(), null));
      }
    }
    body.captures().forEach((m, node) -> arguments.add(WrittenFunction.captured(m, node)));
    List<ArraySpec> given = List.copyOf(body.outputs().keySet());
    List<ArraySpec> outputs = ordered(tree(given, body.result()), given);
    FunctionDefLibrary library = body.graph().getLibrary();
    WrittenFunction function =
        new WrittenFunction(
            GraphFunction.convert(
                name, body.graph(), arguments, results(outputs, body), owner.ops().with(library)),
            parts,
            List.copyOf(body.captures().keySet()),
            taken(inputs),
            given(outputs, body.result()),
            python(inputs, defaults));
    return new Trace(
        function,
        inputs,
        outputs,
        body.result(),
        library,
        body.graph().getVersions().getProducer());
  }

  /** Python's arguments of tensors, and where there are, of others: as positional ones. */
  static List<StructuredValue> positional(FunctionInputs inputs) {
    Map<String, ArraySpec> byName = byName(inputs.specs());
    List<StructuredValue> values = new ArrayList<>();
    for (String argument : inputs.tensorArguments()) {
      values.add(
          StructuredValues.nested(
              inputs.tree(argument),
              name -> signed(inputs, Objects.requireNonNull(byName.get(name)))));
    }
    inputs.arguments().values().forEach(v -> values.add(StructuredValues.python(v)));
    return values;
  }

  private static ArraySpec signed(FunctionInputs inputs, ArraySpec input) {
    return input.named(inputs.inSignature(input));
  }

  private static StructuredValue taken(FunctionInputs inputs) {
    return StructuredValues.tuple(
        List.of(StructuredValues.tuple(positional(inputs)), StructuredValues.dict(Map.of())));
  }

  private static StructuredValue given(List<ArraySpec> outputs, FunctionGraph.Result result) {
    if (outputs.isEmpty()) {
      return StructuredValues.NONE;
    }
    if (isLoneOutput(outputs, result)) {
      return StructuredValues.array(outputs.get(0));
    }
    return StructuredValues.nested(tree(outputs, result), byName(outputs)::get);
  }

  private static StructuredValue python(
      FunctionInputs inputs, Map<String, @Nullable Object> defaults) {
    return StructuredValues.fullArgSpec(
        inputs.allArguments(),
        defaults.isEmpty()
            ? StructuredValues.NONE
            : StructuredValues.tuple(
                defaults.values().stream().map(StructuredValues::python).toList()),
        List.of());
  }

  private static List<Result> results(List<ArraySpec> outputs, FunctionGraph body) {
    List<Result> results = new ArrayList<>();
    for (ArraySpec spec : outputs) {
      List<TensorPart> parts = TensorPart.of(spec);
      List<String> tensors = Objects.requireNonNull(body.outputs().get(spec));
      for (int i = 0; i < parts.size(); i++) {
        results.add(new Result(tensors.get(i), parts.get(i).dtype(), parts.get(i).shape()));
      }
    }
    return results;
  }

  private static List<ArraySpec> flat(FunctionInputs inputs) {
    List<ArraySpec> flat = new ArrayList<>();
    inputs.tensorArguments().forEach(a -> flat.addAll(ordered(inputs.tree(a), inputs.under(a))));
    return flat;
  }

  private static List<ArraySpec> ordered(Tree tree, List<ArraySpec> specs) {
    return tree.leaves().stream().map(byName(specs)::get).toList();
  }

  private static Tree tree(List<ArraySpec> outputs, FunctionGraph.Result result) {
    List<String> names = outputs.stream().map(ArraySpec::name).toList();
    return result == FunctionGraph.Result.DICT ? Tree.dict("", names) : Tree.of(names);
  }

  private static Map<String, ArraySpec> byName(List<ArraySpec> specs) {
    Map<String, ArraySpec> byName = new LinkedHashMap<>();
    specs.forEach(s -> byName.put(s.name(), s));
    return byName;
  }

  private static boolean isLoneOutput(List<ArraySpec> outputs, FunctionGraph.Result result) {
    return result == FunctionGraph.Result.AS_NAMED
        && outputs.size() == 1
        && outputs.get(0).name().equals(LONE);
  }
}
