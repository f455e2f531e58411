// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;

/**
 * Tells tensors that can be nothing but certain tensors of the graph, or certain objects, from all
 * others. A tensor is followed back by node and output index, from the argument of a function to
 * every place that calls it. Nothing passes a tensor on but calls and, in the functions that create
 * a resource, what tf.Transform puts between a gzipped vocabulary and its reader.
 */
final class ExactFlow {

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final Set<String> PASSING = Set.of("Identity", "ExpandDims");

  /**
   * What tensors are to be.
   *
   * @param tensor tensors of the graph, as {@code node:index}
   * @param object objects that a function captures, by number
   */
  record Wanted(Predicate<String> tensor, Predicate<Integer> object) {}

  private final ModuleDefinition definition;
  private final List<ScanScope> scopes;
  private final Wanted wanted;
  private final FunctionReach reach;
  private final Map<String, List<ScanScope>> functions = new HashMap<>();
  private final Set<String> creators;
  private final Set<Argument> proven = new HashSet<>();
  private final Set<Argument> other = new HashSet<>();
  private @Nullable Map<String, List<Site>> sites;

  ExactFlow(
      ModuleDefinition definition, List<ScanScope> scopes, FunctionReach reach, Wanted wanted) {
    this.definition = definition;
    this.scopes = scopes;
    this.wanted = wanted;
    this.reach = reach;
    for (ScanScope scope : scopes) {
      if (scope.function() != null) {
        functions.computeIfAbsent(name(scope.function()), n -> new ArrayList<>()).add(scope);
      }
    }
    creators = definition.objects().hooks("_create_resource");
  }

  /** The nodes that name a function, where they can be run. */
  private List<Site> sites(String function) {
    if (sites == null) {
      sites = new HashMap<>();
      Set<String> run = reach.from(definition.objects().called());
      for (ScanScope scope : scopes) {
        boolean called = scope.function() != null && run.contains(name(scope.function()));
        if (called || !definition.callsObjects()) {
          addSites(scope, sites);
        }
      }
    }
    return sites.getOrDefault(function, List.of());
  }

  private void addSites(ScanScope scope, Map<String, List<Site>> into) {
    for (NodeDef node : scope.nodes()) {
      for (String function : Set.copyOf(FunctionCalls.names(node))) {
        if (functions.containsKey(function)) {
          into.computeIfAbsent(function, f -> new ArrayList<>()).add(new Site(scope, node));
        }
      }
    }
  }

  /** Whether an input of a node is what is wanted, whenever and however the node is run. */
  boolean isWanted(ScanScope scope, String input) {
    Deque<Argument> open = new ArrayDeque<>();
    if (!follow(scope, input, open)) {
      return false;
    }
    Set<Argument> seen = new HashSet<>();
    while (!open.isEmpty()) {
      Argument argument = open.remove();
      if (other.contains(argument)) {
        return false;
      }
      if (!proven.contains(argument) && seen.add(argument) && !inEveryCall(argument, open)) {
        other.add(argument);
        return false;
      }
    }
    proven.addAll(seen);
    return true;
  }

  /**
   * Whether a tensor is what is wanted, provided that the arguments put among the open ones are.
   */
  private boolean follow(ScanScope scope, String input, Deque<Argument> open) {
    FunctionDef function = scope.function();
    if (function == null) {
      return input.matches(".+:\\d+") ? wanted.tensor().test(input) : isFirst(input);
    }
    String tensor = input;
    for (int steps = 0; steps <= scope.nodes().size(); steps++) {
      Integer argument = scope.arguments().get(tensor);
      if (argument != null) {
        open.add(new Argument(name(function), argument));
        return true;
      }
      NodeDef node = scope.unique().get(before(tensor, ":output:0"));
      if (node == null
          || !creators.contains(name(function))
          || !PASSING.contains(node.getOp())
          || node.getInputCount() == 0) {
        return false;
      }
      tensor = node.getInput(0);
    }
    return false;
  }

  private boolean isFirst(String node) {
    return !node.startsWith("^") && wanted.tensor().test(node + ":0");
  }

  private boolean inEveryCall(Argument argument, Deque<Argument> open) {
    List<ScanScope> bodies = functions.getOrDefault(argument.function(), List.of());
    if (bodies.size() != 1 || reach.isIndirect(argument.function())) {
      return false;
    }
    FunctionDef function = Objects.requireNonNull(bodies.get(0).function());
    for (Site site : sites(argument.function())) {
      Optional<String> given = given(site, function, argument.index());
      if (given.isEmpty() || !follow(site.scope(), given.get(), open)) {
        return false;
      }
    }
    return !definition.callsObjects() || isCaptured(function, argument.index());
  }

  /** Whether the object that a function captures as an argument is wanted, if one is to call it. */
  private boolean isCaptured(FunctionDef function, int argument) {
    SavedConcreteFunction concrete = definition.objects().concretes().get(name(function));
    if (concrete == null) {
      return true;
    }
    int bound =
        argument - function.getSignature().getInputArgCount() + concrete.getBoundInputsCount();
    return bound >= 0
        && bound < concrete.getBoundInputsCount()
        && wanted.object().test(concrete.getBoundInputs(bound));
  }

  /** The tensor that a call gives as an argument, of the scope of the call. */
  private static Optional<String> given(Site site, FunctionDef function, int argument) {
    NodeDef node = site.node();
    List<String> inputs = ScanScope.inputs(node);
    String name = name(function);
    boolean once = FunctionCalls.names(node).stream().filter(name::equals).count() == 1;
    boolean isF = node.getAttrMap().containsKey("f") && name.equals(f(node));
    if (!once || argument >= inputs.size()) {
      return Optional.empty();
    }
    if (node.getOp().equals(name) || CALLS.contains(node.getOp()) && isF) {
      return inputs.size() == function.getSignature().getInputArgCount()
          ? Optional.of(inputs.get(argument))
          : Optional.empty();
    }
    if (node.getOp().equals("FlatMapDataset") && isF) {
      return element(site.scope(), inputs, function);
    }
    return Optional.empty();
  }

  /** The tensor whose slices are all the elements of a data set, which are all that is given. */
  private static Optional<String> element(
      ScanScope scope, List<String> inputs, FunctionDef function) {
    if (inputs.size() != 1
        || scope.function() == null
        || function.getSignature().getInputArgCount() != 1) {
      return Optional.empty();
    }
    NodeDef slices = scope.unique().get(before(inputs.get(0), ":handle:0"));
    return slices != null
            && slices.getOp().equals("TensorSliceDataset")
            && ScanScope.inputs(slices).size() == 1
        ? Optional.of(slices.getInput(0))
        : Optional.empty();
  }

  private static @Nullable String before(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : null;
  }

  private static String f(NodeDef node) {
    return node.getAttrOrThrow("f").getFunc().getName();
  }

  private static String name(FunctionDef function) {
    return function.getSignature().getName();
  }

  /** An argument of a function. */
  private record Argument(String function, int index) {}

  /** A node that names a function, and what it stands in. */
  private record Site(ScanScope scope, NodeDef node) {}
}
