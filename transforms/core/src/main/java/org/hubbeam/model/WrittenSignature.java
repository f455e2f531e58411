// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.PythonText;
import org.hubbeam.model.GraphFunction.Argument;
import org.hubbeam.model.GraphFunction.Result;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Struct.StructuredValue;

/**
 * A signature: a function of a module, called with tensors by name, that gives tensors by name. In
 * Python the names of inputs are parameters, see {@link PythonParameters}.
 *
 * @param wrapper the function that takes the tensors in the order of their parameters and gives
 *     them in the order of their names
 * @param outputs what it gives, by name
 */
record WrittenSignature(String name, WrittenFunction wrapper, List<TensorPart> outputs) {

  /** The signature of a trace. */
  static WrittenSignature wrap(
      String name, FunctionTracer.Trace trace, String wrapperName, OpDefs ops) {
    WrittenFunction function = trace.function();
    Map<String, TensorPart> inputs = inputs(name, function.parts());
    Map<String, String> parameters = PythonParameters.of(inputs.keySet());
    GraphNodes nodes = new GraphNodes();
    Map<String, String> nodeOf = new HashMap<>();
    List<Argument> arguments = new ArrayList<>();
    parameters.forEach(
        (k, parameter) -> {
          TensorPart p = Objects.requireNonNull(inputs.get(k));
          String node = nodes.placeholder(NodeNames.of(k), p.dtype(), p.shape());
          nodeOf.put(k, node);
          arguments.add(new Argument(node, parameter, p.dtype(), p.shape(), null));
        });
    List<String> taken = new ArrayList<>();
    function.parts().forEach(p -> taken.add(nodeOf.get(p.name())));
    for (ModuleWriter.Member member : function.captures()) {
      String node =
          nodes.placeholder("capture", DataType.DT_RESOURCE, org.hubbeam.batch.Shape.of());
      taken.add(node);
      arguments.add(WrittenFunction.captured(member, node));
    }
    String call = nodes.call(function.definition(), taken);
    List<TensorPart> outputs = outputs(name, trace);
    Map<TensorPart, Result> byName = new LinkedHashMap<>();
    for (int i = 0; i < outputs.size(); i++) {
      TensorPart part = outputs.get(i);
      byName.put(part, new Result(call + ":" + i, part.dtype(), part.shape()));
    }
    List<TensorPart> sorted =
        outputs.stream().sorted(Comparator.comparing(TensorPart::name, PythonText.ORDER)).toList();
    WrittenFunction wrapper =
        new WrittenFunction(
            GraphFunction.convert(
                wrapperName,
                nodes.graph().build(),
                arguments,
                sorted.stream().map(byName::get).toList(),
                ops),
            parameters.keySet().stream().map(inputs::get).toList(),
            function.captures(),
            StructuredValues.tuple(
                List.of(StructuredValues.tuple(List.of()), named(parameters, inputs))),
            dict(sorted),
            StructuredValues.fullArgSpec(
                List.of(), StructuredValues.NONE, List.copyOf(parameters.values())));
    return new WrittenSignature(name, wrapper, sorted);
  }

  private static List<TensorPart> outputs(String name, FunctionTracer.Trace trace) {
    List<TensorPart> parts = new ArrayList<>();
    boolean list = trace.isLone() || trace.structure().isList();
    for (ArraySpec output : trace.outputs()) {
      if (output.layout() != Layout.DENSE || isNested(trace, output)) {
        throw new IllegalArgumentException(
            "signature '"
                + name
                + "' cannot give "
                + output
                + ": a signature gives dense tensors, one for each name without '/'");
      }
      parts.add(
          TensorPart.of(
              list ? "output_" + parts.size() : output.name(), output.dtype(), output.shape()));
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("signature '" + name + "' would give nothing");
    }
    return parts;
  }

  private static Map<String, TensorPart> inputs(String name, List<TensorPart> parts) {
    Map<String, TensorPart> inputs = new LinkedHashMap<>();
    for (TensorPart part : parts) {
      if (inputs.put(part.name(), part) != null) {
        throw new IllegalArgumentException(
            "signature '" + name + "' would have two inputs called " + part.name());
      }
    }
    return inputs;
  }

  private static StructuredValue named(
      Map<String, String> parameters, Map<String, TensorPart> inputs) {
    Map<String, StructuredValue> out = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) ->
            out.put(parameter, StructuredValues.tensor(Objects.requireNonNull(inputs.get(name)))));
    return StructuredValues.dict(out);
  }

  private static boolean isNested(FunctionTracer.Trace trace, ArraySpec output) {
    return trace.result() != FunctionGraph.Result.DICT && output.name().contains("/");
  }

  private static StructuredValue dict(Iterable<TensorPart> parts) {
    Map<String, StructuredValue> out = new LinkedHashMap<>();
    parts.forEach(p -> out.put(p.name(), StructuredValues.tensor(p)));
    return StructuredValues.dict(out);
  }
}
