// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** The ops of a function that change variables or tables, so that calls are not alike. */
@Internal
public final class StateChanges {

  private static final Pattern CHANGING =
      Pattern.compile(
          "Assign(Add|Sub)?(VariableOp)?|Resource(Scatter|StridedSliceAssign|.*Apply).*"
              + "|Scatter(Nd)?(Add|Sub|Mul|Div|Min|Max|Update)"
              + "|LookupTable(Insert|Remove|Import)(V2)?");

  private static final Set<OpClass> OUTSIDE =
      EnumSet.of(
          OpClass.CHECKPOINT,
          OpClass.FILE,
          OpClass.NETWORK,
          OpClass.PROCESS,
          OpClass.MEMORY,
          OpClass.FOREIGN_CODE);

  private StateChanges() {}

  /** Those of one graph of a function, with all that it calls. */
  static SortedSet<String> find(ModuleDefinition definition, Member member, Trace trace) {
    List<String> called = new ArrayList<>();
    SortedSet<String> changing = new TreeSet<>();
    if (definition.callsObjects()) {
      called.add(trace.name());
    } else {
      for (NodeDef node : behind(definition, member)) {
        called.addAll(FunctionCalls.names(node));
        add(node, changing);
      }
    }
    for (String function : FunctionCalls.reached(called, definition.functions())) {
      Objects.requireNonNull(definition.functions().get(function))
          .getNodeDefList()
          .forEach(n -> add(n, changing));
    }
    return changing;
  }

  /** The nodes of the graph that a signature's outputs need. */
  private static List<NodeDef> behind(ModuleDefinition definition, Member member) {
    ArrayDeque<String> queue = new ArrayDeque<>();
    member.tensors().outputs().values().forEach(queue::addAll);
    Set<String> seen = new HashSet<>();
    List<NodeDef> behind = new ArrayList<>();
    while (!queue.isEmpty()) {
      String input = queue.remove();
      String name =
          NativeSession.TensorName.parse(input.startsWith("^") ? input.substring(1) : input).node();
      if (seen.add(name)) {
        NodeDef node = definition.node(name);
        behind.add(node);
        queue.addAll(node.getInputList());
      }
    }
    return behind;
  }

  /** Whether an operation changes variables or tables. */
  public static boolean changes(String op) {
    return CHANGING.matcher(op).matches();
  }

  /** Whether an operation reads or writes more than the values that it is given. */
  public static boolean reachesOutside(String op) {
    OpClass in = OpTable.get().classOf(op);
    return in != null && OUTSIDE.contains(in);
  }

  /** The nodes of a graph that change variables or tables, themselves or by what they call. */
  public static List<String> nodes(GraphDef graph) {
    Map<String, FunctionDef> functions = new HashMap<>();
    graph.getLibrary().getFunctionList().forEach(f -> functions.put(f.getSignature().getName(), f));
    return graph.getNodeList().stream()
        .filter(
            n ->
                changes(n.getOp())
                    || FunctionCalls.reached(FunctionCalls.names(n), functions).stream()
                        .map(functions::get)
                        .filter(Objects::nonNull)
                        .flatMap(f -> f.getNodeDefList().stream())
                        .anyMatch(inner -> changes(inner.getOp())))
        .map(NodeDef::getName)
        .toList();
  }

  private static void add(NodeDef node, Set<String> changing) {
    if (changes(node.getOp())) {
      changing.add(node.getOp());
    }
  }
}
