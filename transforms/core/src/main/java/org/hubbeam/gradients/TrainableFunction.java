// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.Inlining;
import org.hubbeam.model.ModuleGraph;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.StateChanges;
import org.tensorflow.proto.GraphDef;

/**
 * One function of a module as a graph without calls, ready for gradients. Nothing is loaded: {@link
 * TrainingSession} does that.
 */
public final class TrainableFunction {

  private final ModuleGraph module;
  private final GraphDef graph;
  private final List<String> updates;
  private final List<ModuleVariable> variables;

  TrainableFunction(ModuleGraph module) {
    this.module = module;
    Set<String> wanted = new LinkedHashSet<>(List.of(ModuleGraph.EFFECTS));
    module.inputNodes().values().forEach(wanted::addAll);
    module.variables().forEach(v -> wanted.add(v.node()));
    module.regularizationLosses().forEach(l -> wanted.add(GraphFlow.producer(l)));
    module.outputTensors().values().forEach(o -> o.forEach(t -> wanted.add(GraphFlow.producer(t))));
    GraphDef inlined = Inlining.of(module.graph(), List.copyOf(wanted));
    this.graph = PlainGradients.of(LoopReads.takenOut(inlined));
    this.updates = StateChanges.nodes(graph);
    this.variables = new VariableUses(module, graph).variables();
  }

  /**
   * Reads a function.
   *
   * @param folder the module
   * @param choice where it does not say {@code training}, the graph made with {@code training=true}
   *     is taken if there is one
   * @throws org.hubbeam.model.ModuleException when there is no such function, or it cannot be made
   *     one graph, saying why
   */
  public static TrainableFunction of(Path folder, ModuleOptions options, FunctionChoice choice) {
    return of(folder, options, choice, Map.of());
  }

  /**
   * Reads the graph of a function that takes inputs of these types and shapes.
   *
   * @param given by the names of the inputs
   * @throws org.hubbeam.model.ModuleException as {@link #of(Path, ModuleOptions, FunctionChoice)}
   *     does, and when no graph of the function takes such inputs
   */
  public static TrainableFunction of(
      Path folder, ModuleOptions options, FunctionChoice choice, Map<String, ArraySpec> given) {
    return new TrainableFunction(GraphReader.of(folder, options).graph(choice, given));
  }

  /** What it takes; what a chosen argument or a default fills is left out. */
  public List<ArraySpec> inputs() {
    return module.inputs();
  }

  /** What it gives. */
  public List<ArraySpec> outputs() {
    return module.outputs();
  }

  /** The variables that it captures. */
  public List<ModuleVariable> variables() {
    return variables;
  }

  /** How many of the variables its outputs can be differentiated by, or what stands in the way. */
  public Trainability trainability() {
    return Trainability.of(variables, module.outputs());
  }

  /** The paths of the variables that an output depends on, in whatever way. */
  @Internal
  public Set<String> variablesBehind(String output) {
    return variablesBehind(outputTensors().getOrDefault(output, List.of()));
  }

  /** The paths of the variables that {@link #regularizationLosses} depend on. */
  @Internal
  public Set<String> variablesBehindLosses() {
    return variablesBehind(regularizationLosses());
  }

  private Set<String> variablesBehind(List<String> tensors) {
    GraphFlow flow = new GraphFlow(graph);
    Set<String> nodes = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(tensors);
    while (!open.isEmpty()) {
      String node = GraphFlow.producer(open.remove());
      if (nodes.add(node)) {
        open.addAll(GraphFlow.inputs(flow.node(node)));
      }
    }
    return variables.stream()
        .filter(v -> nodes.contains(v.node()))
        .map(ModuleVariable::path)
        .collect(Collectors.toSet());
  }

  /** All operations, with the resources of variables and tables. */
  @Internal
  public GraphDef graph() {
    return graph;
  }

  /** The placeholders of each input, in TensorFlow's order of the parts of an array. */
  @Internal
  public Map<String, List<String>> inputNodes() {
    return module.inputNodes();
  }

  /** The tensors ({@code node:0}) of each output, in the same order. */
  @Internal
  public Map<String, List<String>> outputTensors() {
    return module.outputTensors();
  }

  /**
   * What a step feeds for the inputs, by tensors.
   *
   * @throws org.hubbeam.model.ModuleException when an input is missing
   */
  @Internal
  public Map<String, Array.Dense> feeds(Map<String, Array> inputs) {
    return module.feeds(inputs);
  }

  /** The nodes that every step has to run once: they change variables that are not trained. */
  @Internal
  public List<String> updates() {
    return updates;
  }

  /** Scalars that the module wants added to the loss. */
  @Internal
  public List<String> regularizationLosses() {
    return module.regularizationLosses();
  }

  ModuleGraph module() {
    return module;
  }
}
