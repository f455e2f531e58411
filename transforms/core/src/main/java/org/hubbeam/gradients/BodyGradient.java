// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The body of a loop or a branch, and the graph that computes its gradients of what the body has
 * computed already: nothing is computed twice, so that random numbers stay and effects happen once.
 *
 * @param body the body; loops in it keep what their gradients need
 * @param arguments the placeholders of the body's arguments
 * @param results the tensors of its results
 * @param saved the tensors of the body that the gradients need
 * @param backward the graph of the gradients
 * @param incoming its placeholders of the gradients of results
 * @param loaded its placeholders of what was saved
 * @param gradients its tensors of the gradients of arguments
 */
record BodyGradient(
    GraphDef body,
    List<String> arguments,
    List<String> results,
    List<Saved> saved,
    GraphDef backward,
    List<String> incoming,
    List<String> loaded,
    List<String> gradients) {

  /** Operations that give little of much: computed with the body rather than kept for later. */
  private static final Set<String> SMALL = Set.of("Shape", "Size", "Rank");

  /**
   * A tensor of the body.
   *
   * @param argument the argument that it is; -1 for another
   */
  record Saved(String tensor, DataType type, int argument) {}

  /**
   * Makes the gradients.
   *
   * @param of the results, by number, that have gradients
   * @param by the arguments, by number, whose gradients are wanted; zeros where there is none
   */
  static BodyGradient of(FunctionBodyGraph function, List<Integer> of, List<Integer> by) {
    GraphEditor editor = new GraphEditor(function.graph());
    List<String> results = new ArrayList<>();
    for (String result : function.results()) {
      results.add(editor.identity("result", result, editor.type(result)) + ":0");
    }
    Set<String> forward = new HashSet<>();
    editor.nodes().forEach(n -> forward.add(n.getName()));
    List<String> incoming =
        of.stream()
            .map(i -> editor.placeholder("result_gradient", editor.type(results.get(i))))
            .toList();
    Differentiated made =
        Gradients.of(
            editor.graph(),
            of.stream().map(results::get).toList(),
            incoming.stream().map(i -> i + ":0").toList(),
            by.stream().map(i -> function.arguments().get(i) + ":0").toList());
    GraphEditor all = new GraphEditor(made.graph());
    List<String> gradients = new ArrayList<>();
    for (int i = 0; i < by.size(); i++) {
      String gradient = made.gradients().get(i);
      String argument = function.arguments().get(by.get(i));
      gradients.add(
          gradient != null
              ? gradient
              : all.add(
                      "zeros",
                      "ZerosLike",
                      List.of(argument),
                      Map.of("T", GraphEditor.attr(all.type(argument))))
                  + ":0");
    }
    return new Split(all, forward, incoming).split(function.arguments(), results, gradients);
  }

  /** Divides a graph into the body and what computes gradients. */
  private static final class Split {

    private final GraphEditor all;
    private final Set<String> forward = new HashSet<>();
    private final List<String> incoming;
    private final Map<String, String> loaded = new LinkedHashMap<>();

    Split(GraphEditor all, Set<String> body, List<String> incoming) {
      this.all = all;
      this.incoming = incoming;
      Deque<String> open = new ArrayDeque<>(body);
      while (!open.isEmpty()) {
        addForward(open.remove(), open);
      }
      for (NodeDef node : all.nodes()) {
        if (SMALL.contains(node.getOp())
            && forward.contains(GraphFlow.producer(node.getInput(0)))) {
          forward.add(node.getName());
        }
      }
    }

    private void addForward(String name, Deque<String> open) {
      if (forward.add(name)) {
        all.node(name).getInputList().forEach(i -> open.add(GraphFlow.producer(i)));
      }
    }

    BodyGradient split(List<String> arguments, List<String> results, List<String> gradients) {
      GraphEditor backward = empty();
      incoming.forEach(i -> backward.put(all.node(i)));
      List<String> given = gradients.stream().map(g -> load(g, backward)).toList();
      Deque<String> open = new ArrayDeque<>();
      given.forEach(g -> open.add(GraphFlow.producer(g)));
      while (!open.isEmpty()) {
        String name = open.remove();
        if (backward.has(name)) {
          continue;
        }
        NodeDef node = all.node(name);
        NodeDef.Builder copy = node.toBuilder().clearInput();
        for (String input : node.getInputList()) {
          if (!input.startsWith("^")) {
            String taken = load(GraphFlow.tensor(input), backward);
            copy.addInput(taken);
            open.add(GraphFlow.producer(taken));
          } else if (!forward.contains(input.substring(1))) {
            copy.addInput(input);
            open.add(input.substring(1));
          }
        }
        backward.put(copy.build());
      }
      GraphEditor body = empty();
      all.nodes().stream().filter(n -> forward.contains(n.getName())).forEach(body::put);
      Map<String, Integer> numbers = new HashMap<>();
      arguments.forEach(a -> numbers.put(a + ":0", numbers.size()));
      List<Saved> saved =
          loaded.keySet().stream()
              .map(t -> new Saved(t, all.type(t), numbers.getOrDefault(t, -1)))
              .toList();
      return new BodyGradient(
          body.graph(),
          arguments,
          results,
          saved,
          backward.graph(),
          incoming,
          List.copyOf(loaded.values()),
          given);
    }

    private GraphEditor empty() {
      return new GraphEditor(GraphDef.newBuilder().setLibrary(all.library()).build());
    }

    /** A tensor as the gradients have it: what the body gives becomes a placeholder. */
    private String load(String tensor, GraphEditor backward) {
      String producer = GraphFlow.producer(tensor);
      if (!forward.contains(producer)) {
        return tensor;
      }
      NodeDef node = all.node(producer);
      if (node.getOp().equals("Const")) {
        backward.put(node.toBuilder().clearInput().build());
        return tensor;
      }
      String there = loaded.get(tensor);
      if (there == null) {
        there = backward.placeholder("loaded/" + producer, all.type(tensor));
        loaded.put(tensor, there);
      }
      return there + ":0";
    }
  }
}
