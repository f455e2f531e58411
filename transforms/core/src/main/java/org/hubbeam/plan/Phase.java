// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;

/**
 * One pass over the data.
 *
 * @param number from 0 on
 * @param steps the analyzers that run in it
 */
@Internal
public record Phase(int number, List<Step> steps) implements Serializable {
  public Phase {
    steps = List.copyOf(steps);
  }

  /**
   * An analyzer and where its inputs come from.
   *
   * @param sources one for each input of the node
   */
  public record Step(AnalyzerNode node, List<Source> sources) implements Serializable {
    public Step {
      sources = List.copyOf(sources);
      if (sources.size() != node.inputs().size()) {
        throw new IllegalArgumentException(
            sources.size() + " sources for " + node.inputs().size() + " inputs of " + node.name());
      }
    }

    /**
     * The inputs of the analyzer, in its order.
     *
     * @param columns the columns of the data
     * @param computed the arrays that the graph computed from them
     * @throws IllegalArgumentException when an input is missing
     */
    public List<Array> inputs(Map<String, Array> columns, Map<String, Array> computed) {
      List<Array> inputs = new ArrayList<>();
      for (Source source : sources) {
        Map<String, Array> of = source instanceof Column ? columns : computed;
        Array array = of.get(source.name());
        if (array == null) {
          throw new IllegalArgumentException(
              node.name() + " lacks '" + source.name() + "'; there are " + of.keySet());
        }
        inputs.add(array);
      }
      return inputs;
    }
  }

  /** Where an input of an analyzer comes from. */
  public sealed interface Source extends Serializable {
    /** The name of the column or of the computed array. */
    String name();
  }

  /** A column of the data as it is. */
  public record Column(String name) implements Source {}

  /** An array that the graph computes. */
  public record Computed(String name, TracedArray array) implements Source {}

  /** The arrays that the graph computes for this phase, each once, by name. */
  public Map<String, TracedArray> computed() {
    Map<String, TracedArray> computed = new LinkedHashMap<>();
    for (Step step : steps) {
      for (Source source : step.sources()) {
        if (source instanceof Computed c) {
          computed.put(c.name(), c.array());
        }
      }
    }
    return computed;
  }

  /** The columns of the data that this phase reads without the graph. */
  public List<String> columns() {
    List<String> columns = new ArrayList<>();
    steps.forEach(
        s ->
            s.sources().stream()
                .filter(Column.class::isInstance)
                .map(Source::name)
                .filter(n -> !columns.contains(n))
                .forEach(columns::add));
    return columns;
  }

  /** The vocabularies that are counted in this phase. */
  public List<Step> vocabularies() {
    return steps.stream().filter(s -> s.node().analysis() instanceof Analysis.Tokens).toList();
  }

  /** The analyzers of this phase that run in pipelines only. */
  public List<Step> externals() {
    return steps.stream().filter(s -> s.node().analysis() instanceof Analysis.External).toList();
  }

  String explain() {
    return "phase "
        + number
        + steps.stream()
            .map(
                s ->
                    "\n  "
                        + s.node().name()
                        + ": "
                        + s.node().analysis().describe()
                        + " of "
                        + s.sources().stream()
                            .map(
                                source ->
                                    source instanceof Column
                                        ? source.name()
                                        : String.join("+", ((Computed) source).array().tensors()))
                            .collect(Collectors.joining(", ")))
            .collect(Collectors.joining())
        + "\n";
  }
}
