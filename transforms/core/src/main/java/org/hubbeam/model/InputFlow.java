// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Which inputs of one graph of a function its outputs and operations are computed of. */
final class InputFlow {

  private final ModuleDefinition definition;
  private final Member member;
  private final Trace trace;

  InputFlow(ModuleDefinition definition, Member member, Trace trace) {
    this.definition = definition;
    this.member = member;
    this.trace = trace;
  }

  /** The paths of the inputs that an output is computed of. */
  Set<String> needs(int output) {
    if (!definition.callsObjects()) {
      return paths(
          Objects.requireNonNull(
              member.tensors().outputs().get(trace.outputs().get(output).path())));
    }
    FunctionDef function = definition.function(trace.name());
    List<String> tensors = new ArrayList<>();
    for (String fetch : ObjectProgram.fetches("", trace, List.of(output))) {
      int number = Integer.parseInt(fetch.substring(1));
      tensors.add(function.getRetOrThrow(function.getSignature().getOutputArg(number).getName()));
    }
    return paths(tensors);
  }

  /** The paths of the inputs that an operation is computed of; none if the function lacks it. */
  Set<String> sources(String op) {
    return paths(List.of(op));
  }

  private Set<String> paths(List<String> tensors) {
    Map<String, String> pathOf = definition.callsObjects() ? arguments() : nodes();
    Collection<NodeDef> body =
        definition.callsObjects()
            ? definition.function(trace.name()).getNodeDefList()
            : definition.metaGraph().getGraphDef().getNodeList();
    Set<String> paths = new TreeSet<>();
    new DataFlow(body)
        .sources(tensors, pathOf.keySet())
        .forEach(source -> paths.add(pathOf.get(source)));
    return paths;
  }

  /** The paths of the inputs by the arguments of the function that stand for them. */
  private Map<String, String> arguments() {
    FunctionDef function = definition.function(trace.name());
    Map<String, String> pathOf = new HashMap<>();
    int next = 0;
    for (Structure.Tensor input : trace.inputs()) {
      for (int part = 0; part < input.parts(); part++) {
        pathOf.put(function.getSignature().getInputArg(next++).getName(), input.path());
      }
    }
    return pathOf;
  }

  /** The paths of the inputs by the nodes of the graph that stand for them. */
  private Map<String, String> nodes() {
    Map<String, String> pathOf = new HashMap<>();
    member
        .tensors()
        .inputs()
        .forEach(
            (path, tensors) ->
                tensors.forEach(t -> pathOf.put(NativeSession.TensorName.parse(t).node(), path)));
    return pathOf;
  }
}
