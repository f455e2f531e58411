// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphReader;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;

/**
 * Which functions of a module TensorFlow.js can run, by their operations alone: nothing is loaded.
 *
 * @param functions what is known of each, by name; null where it changes its module, reaches
 *     outside of it, or cannot be taken out of it
 */
public record ModuleReadiness(Map<String, @Nullable Readiness> functions) {

  /** They read variables and tables, which a graph model holds itself. */
  private static final Set<String> FROZEN =
      Set.of(
          "VarHandleOp", "ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape");

  public ModuleReadiness {
    functions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(functions));
  }

  /**
   * Looks at a module.
   *
   * @param tags the tag set of the graph; null to choose
   */
  public static ModuleReadiness of(Path folder, @Nullable Set<String> tags) {
    GraphReader reader = GraphReader.inspecting(folder, tags);
    Map<String, @Nullable Readiness> functions = new LinkedHashMap<>();
    for (String function : reader.functions()) {
      functions.put(function, readiness(reader, function));
    }
    return new ModuleReadiness(functions);
  }

  private static @Nullable Readiness readiness(GraphReader reader, String function) {
    try {
      CalledFunction called =
          CalledFunction.of(
              reader, ConversionOptions.DEFAULT.withFunction(FunctionChoice.of(function)));
      List<Port> inputs =
          called.module().inputs().stream()
              .flatMap(i -> called.inputTensors(i).stream())
              .map(ModuleReadiness::port)
              .toList();
      List<Port> outputs =
          called.outputs().stream()
              .flatMap(o -> called.outputTensors(o).stream())
              .map(ModuleReadiness::port)
              .toList();
      FrozenGraph graph = new FrozenGraph(called.graph(), inputs, outputs, List.of());
      return Readiness.of(
          OpSupport.check(Cleaning.of(graph).graph()).stream()
              .filter(f -> !FROZEN.contains(f.operation()) && !f.operation().contains("HashTable"))
              .toList());
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static Port port(String tensor) {
    return new Port(tensor, tensor, DataType.DT_INVALID, Shape.UNKNOWN);
  }

  /** {@code 3 of 4 functions, 2 with hubbeam-ops.js; lacks DecodeProtoV2}. */
  @Override
  public String toString() {
    long ready = functions.values().stream().filter(r -> r != null && r.isReady()).count();
    long script =
        functions.values().stream()
            .filter(r -> r != null && r.isReady() && !r.script().isEmpty())
            .count();
    Set<String> missing = new TreeSet<>();
    for (Readiness readiness : functions.values()) {
      if (readiness != null) {
        readiness.missing().forEach(m -> missing.add(m.substring(0, m.indexOf(' '))));
      }
    }
    return ready
        + " of "
        + functions.size()
        + " functions"
        + (script == 0 ? "" : ", " + script + " with hubbeam-ops.js")
        + (missing.isEmpty() ? "" : "; lacks " + String.join(", ", missing));
  }
}
