// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.Inlining;
import org.hubbeam.model.ModuleGraph;
import org.hubbeam.model.StateChanges;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A function of a module that may become a graph model: it changes nothing, and reaches nothing
 * outside. Nothing is loaded.
 *
 * @param outputs those that are wanted
 * @param graph what they need, without calls; variables and tables are there
 */
record CalledFunction(ModuleGraph module, List<ArraySpec> outputs, GraphDef graph) {

  /**
   * Looks at a function.
   *
   * @throws ConversionException when it changes its module, reaches outside of its graph, or has no
   *     such outputs
   * @throws org.hubbeam.model.ModuleException when there is no such function
   */
  static CalledFunction of(GraphReader reader, ConversionOptions options) {
    ModuleGraph module = reader.called(options.function(), options.constants());
    List<ArraySpec> outputs = outputs(module, options.outputs());
    Set<String> wanted = new LinkedHashSet<>();
    module.inputNodes().values().forEach(wanted::addAll);
    outputs.forEach(o -> tensors(module, o).forEach(t -> wanted.add(GraphFlow.producer(t))));
    List<String> all = new ArrayList<>(wanted);
    all.add(ModuleGraph.EFFECTS);
    GraphDef whole = Inlining.of(module.graph(), all);
    Set<String> changing = Set.copyOf(StateChanges.nodes(whole));
    refuse(
        module,
        "changes its module",
        whole.getNodeList().stream().filter(n -> changing.contains(n.getName())));
    // A file of this machine must not become a weight of a page.
    refuse(
        module,
        "reaches outside of its graph",
        Stream.concat(
                whole.getNodeList().stream(),
                whole.getLibrary().getFunctionList().stream()
                    .flatMap(f -> f.getNodeDefList().stream()))
            .filter(n -> StateChanges.reachesOutside(n.getOp())));
    return new CalledFunction(module, outputs, Inlining.of(whole, List.copyOf(wanted)));
  }

  private static void refuse(ModuleGraph module, String what, Stream<NodeDef> nodes) {
    Map<String, Long> counts =
        nodes.collect(Collectors.groupingBy(NodeDef::getOp, TreeMap::new, Collectors.counting()));
    if (!counts.isEmpty()) {
      throw new ConversionException(
          "the function "
              + module.function()
              + " "
              + what
              + " by "
              + counts.entrySet().stream()
                  .map(e -> e.getKey() + " (" + e.getValue() + ")")
                  .collect(Collectors.joining(", "))
              + "; a graph model cannot");
    }
  }

  private static List<ArraySpec> outputs(ModuleGraph module, List<String> wanted) {
    List<String> names = module.outputs().stream().map(ArraySpec::name).toList();
    if (wanted.isEmpty()) {
      return module.outputs();
    }
    List<ArraySpec> outputs = new ArrayList<>();
    for (String name : wanted) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw new ConversionException(
            "the function " + module.function() + " has no output '" + name + "'; it has " + names);
      }
      outputs.add(module.outputs().get(index));
    }
    return outputs;
  }

  private static List<String> tensors(ModuleGraph module, ArraySpec output) {
    return Objects.requireNonNull(module.outputTensors().get(output.name()));
  }

  /** The tensors of an input, in TensorFlow's order of its parts. */
  List<String> inputTensors(ArraySpec input) {
    return Objects.requireNonNull(module.inputNodes().get(input.name())).stream()
        .map(GraphFlow::tensor)
        .toList();
  }

  /** The tensors of an output, in the same order. */
  List<String> outputTensors(ArraySpec output) {
    return tensors(module, output);
  }
}
