// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.Inlining;
import org.hubbeam.model.ModuleGraph;
import org.hubbeam.model.StateChanges;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;

/**
 * Which functions of a module TensorFlow.js can run, by their operations alone: nothing is loaded.
 *
 * @param functions what is known of each, by name; null where it changes its module or cannot be
 *     taken out of it
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
      ModuleGraph module = reader.called(FunctionChoice.of(function), Map.of());
      Set<String> wanted = new LinkedHashSet<>();
      List<Port> inputs = new ArrayList<>();
      List<Port> outputs = new ArrayList<>();
      module.inputNodes().values().forEach(n -> n.forEach(i -> inputs.add(port(i + ":0"))));
      module.outputTensors().values().forEach(t -> t.forEach(o -> outputs.add(port(o))));
      inputs.forEach(i -> wanted.add(i.node()));
      outputs.forEach(o -> wanted.add(o.node()));
      List<String> all = new ArrayList<>(wanted);
      all.add(ModuleGraph.EFFECTS);
      if (!StateChanges.nodes(Inlining.of(module.graph(), all)).isEmpty()) {
        return null;
      }
      FrozenGraph graph =
          new FrozenGraph(
              Inlining.of(module.graph(), List.copyOf(wanted)), inputs, outputs, List.of());
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
