// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;

/**
 * All that TensorFlow may run for a function, in any way: what its nodes and its own attributes
 * name, its gradient, and the functions that its optimiser may put in its place ({@code
 * api_implements}).
 */
final class FunctionReach {

  private static final String INTERFACE = "api_implements";

  private final Map<String, List<FunctionDef>> functions = new HashMap<>();
  private final Map<String, List<String>> gradients = new HashMap<>();
  private final Map<String, List<String>> interfaces = new HashMap<>();
  private final Set<String> indirect = new HashSet<>();
  private final Map<String, Set<String>> called = new HashMap<>();

  FunctionReach(FunctionDefLibrary library) {
    for (FunctionDef function : library.getFunctionList()) {
      String name = function.getSignature().getName();
      functions.computeIfAbsent(name, n -> new ArrayList<>()).add(function);
      if (function.containsAttr(INTERFACE)) {
        interfaces.computeIfAbsent(interfaceOf(function), i -> new ArrayList<>()).add(name);
        indirect.add(name);
      }
      indirect.addAll(FunctionCalls.names(function.getAttrMap().values()));
    }
    library.getGradientList().forEach(g -> addGradient(g.getFunctionName(), g.getGradientFunc()));
    library
        .getRegisteredGradientsList()
        .forEach(g -> addGradient(g.getRegisteredOpType(), g.getGradientFunc()));
  }

  private void addGradient(String of, String gradient) {
    gradients.computeIfAbsent(of, f -> new ArrayList<>()).add(gradient);
    indirect.add(gradient);
  }

  /** Whether TensorFlow may call a function where no node names it. */
  boolean isIndirect(String function) {
    return indirect.contains(function);
  }

  /** The functions of these names and all that TensorFlow may run for them. */
  Set<String> from(Collection<String> names) {
    Deque<String> open = new ArrayDeque<>(names);
    Set<String> seen = new HashSet<>();
    Set<String> swapped = new HashSet<>();
    Set<String> reached = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String name = open.remove();
      if (!seen.add(name)) {
        continue;
      }
      open.addAll(gradients.getOrDefault(name, List.of()));
      if (functions.containsKey(name)) {
        reached.add(name);
        open.addAll(called.computeIfAbsent(name, this::calledBy));
        for (FunctionDef function : functions.getOrDefault(name, List.of())) {
          String group = interfaceOf(function);
          if (swapped.add(group)) {
            open.addAll(interfaces.getOrDefault(group, List.of()));
          }
        }
      }
    }
    return reached;
  }

  private Set<String> calledBy(String name) {
    Set<String> names = new HashSet<>();
    for (FunctionDef function : functions.getOrDefault(name, List.of())) {
      function.getNodeDefList().forEach(n -> names.addAll(FunctionCalls.names(n)));
      names.addAll(FunctionCalls.names(function.getAttrMap().values()));
    }
    names.removeIf(n -> !functions.containsKey(n) && !gradients.containsKey(n));
    return names;
  }

  private static String interfaceOf(FunctionDef function) {
    return function.containsAttr(INTERFACE)
        ? function.getAttrOrThrow(INTERFACE).getS().toStringUtf8()
        : "";
  }
}
