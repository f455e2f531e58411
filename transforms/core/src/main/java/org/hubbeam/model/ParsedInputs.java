// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Which inputs a function parses as serialised {@code tf.Example}, {@code tf.SequenceExample} or
 * another message. Inputs are followed along data, into the functions that are called with them.
 */
final class ParsedInputs {

  private static final Set<String> PARSING =
      Set.of(
          "ParseExample",
          "ParseExampleV2",
          "ParseSingleExample",
          "ParseSequenceExample",
          "ParseSequenceExampleV2",
          "ParseSingleSequenceExample",
          "ParseExampleDataset",
          "ParseExampleDatasetV2",
          "DecodeProtoV2");

  private final Map<String, FunctionDef> functions;
  private final Set<String> seen = new HashSet<>();
  private final Deque<Called> open = new ArrayDeque<>();

  /** An argument of a function that the input reaches. */
  private record Called(FunctionDef function, int argument) {}

  private ParsedInputs(Map<String, FunctionDef> functions) {
    this.functions = functions;
  }

  /** Whether a graph of a function parses what an input of strings gets. */
  static boolean parses(ModuleDefinition definition, Member member, Trace trace, String input) {
    ParsedInputs search = new ParsedInputs(definition.functions());
    if (!definition.callsObjects()) {
      List<String> tensors = member.tensors().inputs().getOrDefault(input, List.of());
      return search.reaches(definition.metaGraph().getGraphDef().getNodeList(), tensors)
          || search.inCalled();
    }
    int argument = 0;
    for (Structure.Tensor given : trace.inputs()) {
      if (given.path().equals(input)) {
        search.enter(trace.name(), argument);
      }
      argument += given.parts();
    }
    return search.inCalled();
  }

  private void enter(String name, int argument) {
    FunctionDef function = functions.get(name);
    if (function != null
        && argument >= 0
        && argument < function.getSignature().getInputArgCount()
        && seen.add(argument + " " + name)) {
      open.add(new Called(function, argument));
    }
  }

  private boolean inCalled() {
    while (!open.isEmpty()) {
      Called called = open.remove();
      OpDef signature = called.function.getSignature();
      if (reaches(
          called.function.getNodeDefList(),
          List.of(signature.getInputArg(called.argument).getName()))) {
        return true;
      }
    }
    return false;
  }

  /** Whether these tensors reach a node that parses; functions that they reach are entered. */
  private boolean reaches(Collection<NodeDef> nodes, Collection<String> tensors) {
    Map<String, List<Use>> uses = new HashMap<>();
    for (NodeDef node : nodes) {
      for (int i = 0; i < node.getInputCount() && !node.getInput(i).startsWith("^"); i++) {
        uses.computeIfAbsent(DataFlow.producer(node.getInput(i)), s -> new ArrayList<>())
            .add(new Use(node, i));
      }
    }
    Set<String> reached = new HashSet<>();
    Deque<String> names = new ArrayDeque<>();
    tensors.forEach(t -> names.add(DataFlow.producer(t)));
    while (!names.isEmpty()) {
      String name = names.remove();
      if (!reached.add(name)) {
        continue;
      }
      for (Use use : uses.getOrDefault(name, List.of())) {
        if (use.place == 0 && PARSING.contains(use.node.getOp())) {
          return true;
        }
        FunctionCalls.names(use.node).forEach(f -> enter(f, use.argument()));
        names.add(use.node.getName());
      }
    }
    return false;
  }

  /** A node, and at which of its inputs a tensor is used. */
  private record Use(NodeDef node, int place) {

    /** The place among the arguments of the functions that the node calls. */
    int argument() {
      return switch (node.getOp()) {
        case "If", "StatelessIf", "Case", "StatelessCase" -> place - 1;
        default -> place;
      };
    }
  }
}
