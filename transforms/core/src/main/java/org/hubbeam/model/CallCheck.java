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
 * place of each call, and recurses along operations in a row and along calls.
 */
final class CallCheck {

  /** A large module has tens of thousands. */
  private static final long MOST_NODES = 1_000_000;

  /** {@link DeepThreads} have room for five times as many. */
  static final int MOST_IN_A_ROW = 200_000;

  /** A large module has some dozens. TensorFlow takes a minute for as many. */
  static final int MOST_NESTED = 1_000;

  private final Map<String, FunctionDef> functions;
  private final Map<String, List<String>> calls = new HashMap<>();
  private final Map<String, Extent> extents = new HashMap<>();

  private CallCheck(Map<String, FunctionDef> functions) {
    this.functions = functions;
  }

  static void check(GraphDef graph, Map<String, FunctionDef> functions) {
    CallCheck check = new CallCheck(functions);
    functions.forEach((name, f) -> check.calls.put(name, check.calls(f.getNodeDefList())));
    check.measure();
    check.extent("the graph", graph.getNodeList());
  }

  /**
   * What nodes stand for with all that they call.
   *
   * @param nodes all together
   * @param inARow the longest chain
   * @param nested how many functions call each other, one inside the other
   */
  private record Extent(long nodes, long inARow, int nested) {}

  private Extent extent(String what, List<NodeDef> nodes) {
    long size = nodes.size();
    int nested = 0;
    for (String called : calls(nodes)) {
      Extent extent = extent(called);
      size = Math.min(size + extent.nodes, Long.MAX_VALUE / 2);
      nested = Math.max(nested, extent.nested + 1);
    }
    require(
        what, size, MOST_NODES, "nodes where each call of a function is replaced by the function");
    require(what, nested, MOST_NESTED, "calls of functions inside each other");
    long inARow = NodeDepth.of(nodes, this::length);
    require(what, inARow, MOST_IN_A_ROW, "operations in a row, those of called functions included");
    return new Extent(size, inARow, nested);
  }

  private long length(NodeDef node) {
    return 1 + calls(node).stream().mapToLong(c -> extent(c).inARow).max().orElse(0);
  }

  private Extent extent(String function) {
    return Objects.requireNonNull(extents.get(function));
  }

  private static void require(String what, long found, long most, String of) {
    if (found > most) {
      throw new Flaw(what + " has more than " + most + " " + of);
    }
  }

  /** The functions that nodes call, each as often as it is called. */
  private List<String> calls(List<NodeDef> nodes) {
    List<String> called = new ArrayList<>();
    nodes.forEach(n -> called.addAll(calls(n)));
    return called;
  }

  private List<String> calls(NodeDef node) {
    List<String> called = new ArrayList<>();
    add(node.getOp(), called);
    node.getAttrMap().values().forEach(a -> add(a, called));
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

  /** Finds what each function stands for, after those that it calls. */
  private void measure() {
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
    while (!ready.isEmpty()) {
      String name = ready.remove();
      FunctionDef function = Objects.requireNonNull(functions.get(name));
      String what = "the function " + Flaw.name(name);
      extents.put(name, extent(what, function.getNodeDefList()));
      for (String caller : callers.getOrDefault(name, List.of())) {
        if (waiting.merge(caller, -1, Integer::sum) == 0) {
          ready.add(caller);
        }
      }
    }
    if (extents.size() < functions.size()) {
      throw new Flaw(recursion(extents.keySet()));
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
