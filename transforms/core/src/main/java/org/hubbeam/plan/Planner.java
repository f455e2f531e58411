// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;

/**
 * Divides the analyzers of a traced function into phases: an analyzer runs in the first phase in
 * which all of its inputs can be computed.
 */
@Internal
public final class Planner {

  private final TracedFunction trace;
  private final GraphIndex.Levels levels;
  private final Map<List<String>, String> columnOf = new HashMap<>();
  private final Map<List<String>, String> nameOf = new HashMap<>();

  private Planner(TracedFunction trace) {
    this.trace = trace;
    this.levels = new GraphIndex(trace.graph()).levels(Map.of());
    trace.inputs().forEach(i -> columnOf.put(i.tensors(), i.spec().name()));
  }

  /**
   * The plan of a traced function.
   *
   * <p>Analyzers are in the order in which the function calls them, so each comes after those that
   * it needs.
   */
  public static Plan plan(TracedFunction trace) {
    return new Planner(trace).plan();
  }

  private Plan plan() {
    Map<String, List<TableNode>> tablesOf = new HashMap<>();
    for (TableNode table : trace.tables()) {
      tablesOf.computeIfAbsent(table.content().source(), s -> new ArrayList<>()).add(table);
    }
    Map<Integer, List<Phase.Step>> phases = new TreeMap<>();
    for (AnalyzerNode node : trace.analyzers()) {
      int phase =
          node.inputs().stream()
              .flatMap(i -> i.tensors().stream())
              .mapToInt(levels::level)
              .max()
              .orElse(0);
      for (String output : node.outputs()) {
        levels.put(output, phase + 1);
        tablesOf.getOrDefault(output, List.of()).forEach(t -> levels.put(t.node(), phase + 1));
      }
      phases.computeIfAbsent(phase, p -> new ArrayList<>()).add(step(node));
    }
    List<Phase> inOrder = new ArrayList<>();
    phases.forEach((number, steps) -> inOrder.add(new Phase(number, steps)));
    return new Plan(trace, inOrder);
  }

  private Phase.Step step(AnalyzerNode node) {
    List<Phase.Source> sources = new ArrayList<>();
    for (TracedArray input : node.inputs()) {
      String column = columnOf.get(input.tensors());
      sources.add(
          column != null
              ? new Phase.Column(column)
              : new Phase.Computed(
                  nameOf.computeIfAbsent(input.tensors(), t -> "array_" + nameOf.size()), input));
    }
    return new Phase.Step(node, sources);
  }
}
