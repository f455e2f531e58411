// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;

/**
 * Tells file names that can only be paths of the module's own assets from all others. A name is
 * followed back through the ops that pass it on unchanged, and through every call of the function
 * that it is an argument of. Calls in the graph itself count where the graph is run.
 */
final class AssetPaths {

  private static final Set<String> PASSING_FIRST =
      Set.of("Identity", "ExpandDims", "Reshape", "Squeeze");
  private static final Set<String> PASSING_ALL =
      Set.of("IdentityN", "Pack", "TensorDataset", "TensorSliceDataset");
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final Set<String> MAPPED_CALLS =
      Set.of("FlatMapDataset", "InterleaveDataset", "MapDataset");

  private final ModuleDefinition definition;
  private final Map<String, Scope> functions = new HashMap<>();
  private final Map<String, List<Site>> sites = new HashMap<>();
  private final Set<String> assets = new HashSet<>();
  private final Scope graph;

  AssetPaths(ModuleDefinition definition) {
    this.definition = definition;
    GraphDef proto = definition.metaGraph().getGraphDef();
    graph = new Scope("", List.of(), proto.getNodeList());
    definition.functions().forEach((name, function) -> functions.put(name, scope(function)));
    if (!definition.callsObjects()) {
      addSites(graph);
    }
    functions.values().forEach(this::addSites);
    definition.assets().keySet().forEach(t -> assets.add(NativeSession.TensorName.parse(t).node()));
  }

  /** Whether an input of a node of the graph itself is the path of an asset. */
  boolean inGraph(String input) {
    return passes(graph, input, new HashSet<>());
  }

  /** Whether an input of a node of a function is the path of an asset in every call. */
  boolean inFunction(FunctionDef function, String input) {
    return passes(Objects.requireNonNull(functions.get(name(function))), input, new HashSet<>());
  }

  @SuppressWarnings("ReferenceEquality") // there is one graph
  private boolean passes(Scope scope, String input, Set<String> seen) {
    String producer = producer(input);
    int argument = scope.arguments().indexOf(producer);
    if (argument >= 0) {
      return !seen.add(scope.name() + " " + argument) || inEveryCall(scope, argument, seen);
    }
    NodeDef node = scope.nodes().get(producer);
    if (node == null) {
      return false;
    }
    if (scope == graph && assets.contains(producer)) {
      return true;
    }
    String op = node.getOp();
    if (PASSING_FIRST.contains(op)) {
      return passes(scope, node.getInput(0), seen);
    }
    return PASSING_ALL.contains(op) && inputs(node).stream().allMatch(i -> passes(scope, i, seen));
  }

  private boolean inEveryCall(Scope function, int argument, Set<String> seen) {
    for (Site site : sites.getOrDefault(function.name(), List.of())) {
      List<String> inputs = inputs(site.node());
      String op = site.node().getOp();
      boolean passes;
      if (MAPPED_CALLS.contains(op)) {
        passes = inputs.stream().allMatch(i -> passes(site.scope(), i, seen));
      } else {
        boolean called = CALLS.contains(op) || op.equals(function.name());
        passes = called && passes(site.scope(), inputs.get(argument), seen);
      }
      if (!passes) {
        return false;
      }
    }
    SavedConcreteFunction concrete = definition.objects().concretes().get(function.name());
    return concrete == null || isBoundAsset(function, concrete, argument);
  }

  private boolean isBoundAsset(Scope function, SavedConcreteFunction concrete, int argument) {
    int bound = argument - function.arguments().size() + concrete.getBoundInputsCount();
    return bound >= 0 && definition.objects().node(concrete.getBoundInputs(bound)).hasAsset();
  }

  private void addSites(Scope scope) {
    for (NodeDef node : scope.nodes().values()) {
      for (String function : FunctionCalls.names(node)) {
        if (functions.containsKey(function)) {
          sites.computeIfAbsent(function, f -> new ArrayList<>()).add(new Site(scope, node));
        }
      }
    }
  }

  private static Scope scope(FunctionDef function) {
    List<String> arguments =
        function.getSignature().getInputArgList().stream().map(OpDef.ArgDef::getName).toList();
    return new Scope(name(function), arguments, function.getNodeDefList());
  }

  private static String name(FunctionDef function) {
    return function.getSignature().getName();
  }

  private static List<String> inputs(NodeDef node) {
    return node.getInputList().stream().filter(i -> !i.startsWith("^")).toList();
  }

  private static String producer(String input) {
    int colon = input.indexOf(':');
    return colon < 0 ? input : input.substring(0, colon);
  }

  /** The graph, or a function of the library. */
  private record Scope(String name, List<String> arguments, Map<String, NodeDef> nodes) {
    Scope(String name, List<String> arguments, Iterable<NodeDef> nodes) {
      this(name, arguments, new HashMap<>());
      nodes.forEach(n -> this.nodes.put(n.getName(), n));
    }
  }

  /** A node that calls a function, and what it stands in. */
  private record Site(Scope scope, NodeDef node) {}
}
