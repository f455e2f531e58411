// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.Inlining;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The body of a function as a graph without calls.
 *
 * @param arguments the placeholders of its arguments
 * @param results the tensors of its results
 */
@Internal
public record FunctionBodyGraph(GraphDef graph, List<String> arguments, List<String> results) {

  /** The body of the function that an attribute of a node names. */
  public static FunctionBodyGraph of(NodeDef node, String attribute, FunctionDefLibrary library) {
    String name = node.getAttrOrThrow(attribute).getFunc().getName();
    return of(functions(List.of(name), library).get(0), library);
  }

  /** Functions by their names. */
  public static List<FunctionDef> functions(List<String> names, FunctionDefLibrary library) {
    Map<String, FunctionDef> known = new HashMap<>();
    library.getFunctionList().forEach(f -> known.put(f.getSignature().getName(), f));
    return names.stream()
        .map(
            name ->
                Optional.ofNullable(known.get(name))
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "the graph has no function '" + name + "'")))
        .toList();
  }

  public static FunctionBodyGraph of(FunctionDef function, FunctionDefLibrary library) {
    GraphEditor caller = new GraphEditor(GraphDef.newBuilder().setLibrary(library).build());
    OpDef signature = function.getSignature();
    List<DataType> taken = types(signature.getInputArgList());
    List<DataType> given = types(signature.getOutputArgList());
    List<String> arguments =
        signature.getInputArgList().stream()
            .map(a -> caller.placeholder(a.getName(), a.getType()))
            .toList();
    String call =
        caller.add(
            "body",
            "StatefulPartitionedCall",
            arguments,
            Map.of(
                "f", GraphEditor.functionAttr(signature.getName()),
                "Tin", GraphEditor.types(taken),
                "Tout", GraphEditor.types(given)));
    List<String> results = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      results.add(caller.identity("result", call + ":" + i, given.get(i)));
    }
    List<String> wanted = new ArrayList<>(arguments);
    wanted.addAll(results);
    wanted.add(caller.add("effects", "NoOp", List.of("^" + call), Map.of()));
    return new FunctionBodyGraph(
        Inlining.of(caller.graph(), wanted),
        arguments,
        results.stream().map(r -> r + ":0").toList());
  }

  /** The tensors of the arguments. */
  public List<String> argumentTensors() {
    return arguments.stream().map(GraphFlow::tensor).toList();
  }

  private static List<DataType> types(List<OpDef.ArgDef> arguments) {
    return arguments.stream().map(OpDef.ArgDef::getType).toList();
  }
}
