// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDefLibrary;

/** The functions of a module that is written, each with its traces. */
final class WrittenFunctions {

  private final Map<String, List<FunctionTracer.Trace>> traces = new LinkedHashMap<>();
  private int counter;

  /**
   * Adds a trace.
   *
   * @param tracer makes it, of the name of its graph function and the defaults of its python
   *     arguments
   */
  void add(
      String path,
      FunctionInputs inputs,
      BiFunction<String, Map<String, @Nullable Object>, FunctionTracer.Trace> tracer) {
    List<FunctionTracer.Trace> others = traces.getOrDefault(path, List.of());
    FunctionInputs first = others.isEmpty() ? inputs : others.get(0).inputs();
    if (!first.allArguments().equals(inputs.allArguments())) {
      throw new IllegalArgumentException(
          path
              + " has the arguments "
              + first.allArguments()
              + ", another trace of it cannot have "
              + inputs.allArguments());
    }
    FunctionTracer.Trace trace =
        tracer.apply("__inference_" + path.replace('.', '_') + "_" + counter, first.arguments());
    for (FunctionTracer.Trace other : others) {
      if (other.function().taken().equals(trace.function().taken())) {
        throw new IllegalArgumentException(
            path + " has a trace for these inputs already: " + inputs);
      }
    }
    counter++;
    traces.computeIfAbsent(path, p -> new ArrayList<>()).add(trace);
  }

  /** The name of the next signature's function. */
  String nextWrapper(String signature) {
    return "__inference_signature_wrapper_" + signature.replaceAll("\\W", "_") + "_" + counter++;
  }

  /** The traces by the paths of their functions, in the order in which they were added. */
  Map<String, List<FunctionTracer.Trace>> traces() {
    return traces;
  }

  /** The first trace that has these python arguments. */
  FunctionTracer.Trace find(FunctionChoice choice) {
    List<FunctionTracer.Trace> found = traces.get(choice.name());
    if (found == null) {
      throw new IllegalArgumentException(
          "there is no function '" + choice.name() + "'; there are " + traces.keySet());
    }
    return found.stream()
        .filter(t -> t.inputs().arguments().entrySet().containsAll(choice.arguments().entrySet()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no trace fits "
                        + choice
                        + "; there are "
                        + found.stream().map(t -> t.inputs().arguments()).toList()));
  }

  /** The definitions of all traces. */
  FunctionDefLibrary definitions() {
    FunctionDefLibrary.Builder library = FunctionDefLibrary.newBuilder();
    traces.values().stream()
        .flatMap(List::stream)
        .forEach(t -> library.addFunction(t.function().definition()));
    return library.build();
  }
}
