// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hubbeam.model.OpDefs;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Tensors inside functions. TensorFlow names them {@code node:output:number}, the number within
 * that output; the runtime of TensorFlow.js does not look at the name of the output and takes the
 * number for the place among all tensors of the node. With {@code TopKV2:indices:0} it takes the
 * values.
 */
final class OutputPlaces {

  private final Map<String, Map<String, Integer>> firsts = new HashMap<>();
  private final int sign;

  private OutputPlaces(FunctionDef function, int sign) {
    this.sign = sign;
    for (NodeDef node : function.getNodeDefList()) {
      OpDef definition = OpDefs.registered().find(node.getOp());
      if (definition == null || definition.getOutputArgCount() < 2) {
        continue;
      }
      Map<String, Integer> places = new LinkedHashMap<>();
      int next = 0;
      for (OpDef.ArgDef output : definition.getOutputArgList()) {
        places.put(output.getName(), next);
        next += OpDefs.registered().length(output, node);
      }
      firsts.put(node.getName(), places);
    }
  }

  /** A function as the runtime reads it: the numbers are places among all tensors of a node. */
  static FunctionDef placed(FunctionDef function) {
    return new OutputPlaces(function, 1).moved(function);
  }

  /** A function as TensorFlow reads it, from one as the runtime does. */
  static FunctionDef named(FunctionDef function) {
    return new OutputPlaces(function, -1).moved(function);
  }

  /** A graph as TensorFlow reads it, from one as the runtime does. */
  static GraphDef named(GraphDef graph) {
    GraphDef.Builder out = graph.toBuilder();
    out.getLibraryBuilder().clearFunction();
    graph.getLibrary().getFunctionList().stream()
        .map(OutputPlaces::named)
        .forEach(out.getLibraryBuilder()::addFunction);
    return out.build();
  }

  private FunctionDef moved(FunctionDef function) {
    UnaryOperator<String> move = this::moved;
    FunctionDef.Builder out = function.toBuilder();
    for (NodeDef.Builder node : out.getNodeDefBuilderList()) {
      node.clearInput();
    }
    for (int i = 0; i < function.getNodeDefCount(); i++) {
      function.getNodeDef(i).getInputList().stream()
          .map(move)
          .forEach(out.getNodeDefBuilder(i)::addInput);
    }
    function.getRetMap().forEach((name, tensor) -> out.putRet(name, moved(tensor)));
    return out.build();
  }

  private String moved(String tensor) {
    String[] parts = tensor.split(":", -1);
    Map<String, Integer> places = firsts.get(parts[0]);
    Integer first = parts.length == 3 && places != null ? places.get(parts[1]) : null;
    return first == null || first == 0
        ? tensor
        : parts[0] + ":" + parts[1] + ":" + (Integer.parseInt(parts[2]) + sign * first);
  }
}
