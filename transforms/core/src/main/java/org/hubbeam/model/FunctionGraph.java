// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.GraphDef;

/**
 * The body of a function as an existing graph.
 *
 * <p>The tensors of an array come in TensorFlow's order: a dense array is one; a sparse one its
 * indices, values and dense shape; a ragged one its values and row splits.
 *
 * @param graph the operations; each with a side effect is run with the function
 * @param inputs the nodes that stand for the tensors of each input of the function
 * @param captures the nodes that stand for members of the module: for a table its handle, for an
 *     asset its path
 * @param outputs the tensors ({@code node:0}) of each output
 * @param calls the nodes, made by {@link GraftedCall#add}, that call functions of modules taken in
 * @param result what the outputs are to Python
 */
@Internal
public record FunctionGraph(
    GraphDef graph,
    Map<String, List<String>> inputs,
    Map<ModuleWriter.Member, String> captures,
    Map<ArraySpec, List<String>> outputs,
    Map<String, GraftedCall> calls,
    Result result) {

  /** What the outputs of a function are to Python. */
  public enum Result {
    /** What their names say: a tensor where the only one is called {@code output}. */
    AS_NAMED,
    /** A dict whose keys are their names as they are, however many there are. */
    DICT
  }

  public FunctionGraph {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    captures = Collections.unmodifiableMap(new LinkedHashMap<>(captures));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
    outputs.forEach((spec, tensors) -> check(spec, tensors));
  }

  private static void check(ArraySpec spec, List<String> tensors) {
    int parts = TensorPart.of(spec).size();
    if (tensors.size() != parts) {
      throw new IllegalArgumentException(
          "the array " + spec + " has " + parts + " tensors, not " + tensors.size());
    }
  }

  /** This graph with nodes that call what they are to call, and with what that captures. */
  FunctionGraph completed() {
    if (calls.isEmpty()) {
      return this;
    }
    CompletedCalls completed = new CompletedCalls(graph);
    calls.forEach(completed::complete);
    Map<ModuleWriter.Member, String> all = new LinkedHashMap<>(captures);
    all.putAll(completed.captures());
    return new FunctionGraph(completed.graph(), inputs, all, outputs, Map.of(), result);
  }

  /** The nodes of one input. */
  List<String> nodes(ArraySpec input) {
    List<String> nodes = inputs.get(input.name());
    if (nodes == null) {
      throw new IllegalArgumentException(
          "the graph has no input '" + input.name() + "'; it has " + inputs.keySet());
    }
    check(input, nodes);
    return nodes;
  }
}
