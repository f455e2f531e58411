// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Checks that no function of a library calls itself, directly or by way of others, and that what
 * calls call in turn does not grow beyond bounds: TensorFlow puts the nodes of a function in the
 * place of each call.
 */
final class CallCheck {

  /** A large module has tens of thousands. */
  private static final long MOST_NODES = 20_000_000;

  private final Map<String, FunctionDef> functions;
  private final Map<String, List<String>> calls = new HashMap<>();

  private CallCheck(Map<String, FunctionDef> functions) {
    this.functions = functions;
  }

  static void check(GraphDef graph, Map<String, FunctionDef> functions) {
    CallCheck check = new CallCheck(functions);
    functions.forEach((name, f) -> check.calls.put(name, check.calls(f.getNodeDefList())));
    Map<String, Long> sizes = check.sizes();
    long size = graph.getNodeCount();
    for (String called : check.calls(graph.getNodeList())) {
      size = Math.min(size + Objects.requireNonNull(sizes.get(called)), Long.MAX_VALUE / 2);
    }
    requireSmall("the graph", size);
  }

  /** The functions that nodes call, each as often as it is called. */
  private List<String> calls(List<NodeDef> nodes) {
    List<String> called = new ArrayList<>();
    for (NodeDef node : nodes) {
      add(node.getOp(), called);
      node.getAttrMap().values().forEach(a -> add(a, called));
    }
    return called;
  }

  private void add(String name, List<String> called) {
    if (functions.containsKey(name)) {
      called.add(name);
    }
  }

  private void add(AttrValue attribute, List<String> called) {
    if (attribute.hasFunc()) {
      add(attribute.getFunc(), called);
    } else if (attribute.hasList()) {
      attribute.getList().getFuncList().forEach(f -> add(f, called));
    }
  }

  private void add(NameAttrList function, List<String> called) {
    add(function.getName(), called);
    function.getAttrMap().values().forEach(a -> add(a, called));
  }

  /** The nodes of each function, those of what it calls included. */
  private Map<String, Long> sizes() {
    Map<String, List<String>> callers = new HashMap<>();
    Map<String, Integer> waiting = new HashMap<>();
    calls.forEach(
        (name, called) -> {
          Set<String> once = new HashSet<>(called);
          waiting.put(name, once.size());
          once.forEach(c -> callers.computeIfAbsent(c, n -> new ArrayList<>()).add(name));
        });
    ArrayDeque<String> ready = new ArrayDeque<>();
    waiting.forEach(
        (name, count) -> {
          if (count == 0) {
            ready.add(name);
          }
        });
    Map<String, Long> sizes = new HashMap<>();
    while (!ready.isEmpty()) {
      String name = ready.remove();
      long size = Objects.requireNonNull(functions.get(name)).getNodeDefCount();
      for (String called : Objects.requireNonNull(calls.get(name))) {
        size += Objects.requireNonNull(sizes.get(called));
      }
      requireSmall("the function " + Flaw.name(name), size);
      sizes.put(name, size);
      for (String caller : callers.getOrDefault(name, List.of())) {
        if (waiting.merge(caller, -1, Integer::sum) == 0) {
          ready.add(caller);
        }
      }
    }
    if (sizes.size() < functions.size()) {
      throw new Flaw(recursion(sizes.keySet()));
    }
    return sizes;
  }

  private static void requireSmall(String what, long size) {
    if (size > MOST_NODES) {
      throw new Flaw(
          what
              + " has more than "
              + MOST_NODES
              + " nodes where each call of a function is replaced by the function");
    }
  }

  /** What calls itself: going from a function that is not done to one that it calls leads there. */
  private String recursion(Set<String> done) {
    String at =
        functions.keySet().stream().filter(f -> !done.contains(f)).findFirst().orElseThrow();
    Set<String> seen = new HashSet<>();
    while (seen.add(at)) {
      at =
          Objects.requireNonNull(calls.get(at)).stream()
              .filter(f -> !done.contains(f))
              .findFirst()
              .orElseThrow();
    }
    return "the function " + Flaw.name(at) + " calls itself";
  }
}
