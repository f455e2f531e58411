// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.NativeSession.TensorName;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Puts the bodies of called functions in place of the calls. Functions that loops, branches and
 * datasets name stay functions, and their bodies are not looked into.
 *
 * <p>What a call waits for, its body waits for; what waits for a call waits for the side effects of
 * its body.
 */
@Internal
public final class Inlining {

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final String CUSTOM_GRADIENT = "_gradient_op_type";
  private static final int MOST_NODES = 2_000_000;
  private static final int DEEPEST = 500;

  private final Map<String, FunctionDef> library = new HashMap<>();
  private final OpDefs ops;
  private final Set<String> names = new HashSet<>();
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, String> passed = new HashMap<>();
  private final List<String> open = new ArrayList<>();

  private Inlining(GraphDef graph) {
    graph.getLibrary().getFunctionList().forEach(f -> library.put(f.getSignature().getName(), f));
    ops = OpDefs.registered().with(graph.getLibrary());
  }

  /**
   * The nodes that some nodes and tensors need, without calls.
   *
   * @param wanted names of nodes of the graph, none of them a call
   * @throws ModuleException when a function calls itself, or all bodies together are too large
   */
  public static GraphDef of(GraphDef graph, List<String> wanted) {
    Inlining inlining = new Inlining(graph);
    inlining.addGraph(graph);
    return inlining.needed(graph, wanted);
  }

  /** Whether a node's module says that its gradient is not that of its operation. */
  public static boolean hasCustomGradient(NodeDef node) {
    String custom = NodeAttributes.of(node, CUSTOM_GRADIENT).getS().toStringUtf8();
    return !custom.isEmpty()
        && !custom.equals(node.getOp())
        && !custom.startsWith(node.getOp() + "-");
  }

  /** A node whose gradient is that of its operation. */
  public static NodeDef withoutCustomGradient(NodeDef node) {
    return node.toBuilder().removeAttr(CUSTOM_GRADIENT).build();
  }

  /**
   * What names of one body mean in the graph.
   *
   * @param names the nodes of the graph by those of the body
   * @param arguments tensors of the graph by the names of the body's arguments
   * @param entry a node that all others wait for; null for none
   * @param attributes what stands for the placeholders of attributes
   */
  private record Scope(
      Map<String, NodeDef> body,
      Map<String, String> names,
      Map<String, String> arguments,
      @Nullable String entry,
      Map<String, AttrValue> attributes,
      boolean function) {}

  private void addGraph(GraphDef graph) {
    Map<String, NodeDef> body = new LinkedHashMap<>();
    Map<String, String> own = new HashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      body.put(node.getName(), node);
      own.put(node.getName(), node.getName());
      names.add(node.getName());
    }
    Scope scope = new Scope(body, own, Map.of(), null, Map.of(), false);
    body.values().forEach(n -> add(n, scope));
  }

  private void add(NodeDef node, Scope scope) {
    FunctionDef called = called(node);
    NodeDef.Builder copy = copy(node, scope);
    if (called == null) {
      put(copy.build());
    } else {
      call(called, copy.build(), attributes(node, scope));
    }
  }

  private void put(NodeDef node) {
    nodes.put(node.getName(), node);
    if (nodes.size() > MOST_NODES) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the function has more than " + MOST_NODES + " operations with all that it calls");
    }
  }

  private @Nullable FunctionDef called(NodeDef node) {
    return CALLS.contains(node.getOp())
        ? library.get(NodeAttributes.of(node, "f").getFunc().getName())
        : library.get(node.getOp());
  }

  private static Map<String, AttrValue> attributes(NodeDef call, Scope scope) {
    Map<String, AttrValue> given = new HashMap<>();
    Map<String, AttrValue> own =
        CALLS.contains(call.getOp())
            ? call.getAttrOrThrow("f").getFunc().getAttrMap()
            : call.getAttrMap();
    own.forEach((name, value) -> given.put(name, substituted(value, scope)));
    return given;
  }

  private static AttrValue substituted(AttrValue value, Scope scope) {
    return value.hasPlaceholder()
        ? scope.attributes().getOrDefault(value.getPlaceholder(), value)
        : value;
  }

  /** A node of a body as a node of the graph. */
  private NodeDef.Builder copy(NodeDef node, Scope scope) {
    NodeDef.Builder copy =
        node.toBuilder()
            .setName(Objects.requireNonNull(scope.names().get(node.getName())))
            .clearDevice()
            .clearInput()
            .clearExperimentalDebugInfo()
            .removeAttr("_class")
            .removeAttr("_output_shapes");
    node.getAttrMap()
        .forEach(
            (name, value) -> {
              if (value.hasPlaceholder()) {
                copy.putAttr(name, substituted(value, scope));
              }
            });
    boolean waits = scope.entry() != null && !node.getOp().equals("Const");
    for (String input : node.getInputList()) {
      waits &= scope.arguments().containsKey(input);
      copy.addInput(
          input.startsWith("^") ? control(input.substring(1), scope) : tensor(input, scope));
    }
    if (waits) {
      copy.addInput("^" + scope.entry());
    }
    return copy;
  }

  private String control(String node, Scope scope) {
    NodeDef waited = scope.body().get(node);
    if (waited == null) {
      throw lacks(node);
    }
    String name = Objects.requireNonNull(scope.names().get(node));
    return "^" + (called(waited) == null ? name : name + "/hubbeam_done");
  }

  /** A tensor of a body as a tensor of the graph. */
  private String tensor(String tensor, Scope scope) {
    String argument = scope.arguments().get(tensor);
    if (argument != null) {
      return argument;
    }
    String node;
    int index;
    if (scope.function()) {
      String[] parts = tensor.split(":", -1);
      node = parts[0];
      NodeDef producer = scope.body().get(node);
      if (producer == null || parts.length < 2) {
        throw lacks(tensor);
      }
      index = start(producer, parts[1]) + (parts.length > 2 ? Integer.parseInt(parts[2]) : 0);
    } else {
      TensorName name = TensorName.parse(tensor);
      node = name.node();
      index = name.index();
    }
    NodeDef producer = scope.body().get(node);
    if (producer == null) {
      throw lacks(tensor);
    }
    String name = Objects.requireNonNull(scope.names().get(node));
    return called(producer) == null ? name + ":" + index : result(name, index);
  }

  private static String result(String call, int index) {
    return call + "/hubbeam_result_" + index + ":0";
  }

  private static ModuleException lacks(String input) {
    return new ModuleException(
        ModuleException.Kind.NOT_LOADABLE, "a function lacks what '" + input + "' stands for");
  }

  /** The position of the first tensor of an output among all that a node gives. */
  private int start(NodeDef node, String output) {
    int index = 0;
    for (OpDef.ArgDef given : ops.definition(node).getOutputArgList()) {
      if (given.getName().equals(output)) {
        return index;
      }
      index += ops.length(given, node);
    }
    throw lacks(node.getName() + ":" + output);
  }

  /** Adds the body of a function for a call whose inputs are tensors of the graph. */
  private void call(FunctionDef function, NodeDef call, Map<String, AttrValue> attributes) {
    String called = function.getSignature().getName();
    if (open.contains(called)) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the function " + called + " calls itself");
    }
    if (open.size() > DEEPEST) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "functions call each other too deep");
    }
    open.add(called);
    List<String> waits = call.getInputList().stream().filter(i -> i.startsWith("^")).toList();
    List<String> given = call.getInputList().stream().filter(i -> !i.startsWith("^")).toList();
    String entry = null;
    if (!waits.isEmpty()) {
      entry = call.getName() + "/hubbeam_entry";
      put(NodeDef.newBuilder().setName(entry).setOp("NoOp").addAllInput(waits).build());
    }
    Scope scope = scope(function, call.getName(), given, entry, attributes);
    scope.body().values().forEach(n -> add(n, scope));
    NodeDef.Builder done =
        NodeDef.newBuilder().setName(call.getName() + "/hubbeam_done").setOp("NoOp");
    effects(function).forEach(n -> done.addInput(control(n, scope)));
    if (entry != null) {
      done.addInput("^" + entry);
    }
    put(done.build());
    List<OpDef.ArgDef> outputs = function.getSignature().getOutputArgList();
    for (int i = 0; i < outputs.size(); i++) {
      String returned = function.getRetOrDefault(outputs.get(i).getName(), "");
      passed.put(result(call.getName(), i), tensor(returned, scope));
    }
    open.remove(open.size() - 1);
  }

  /** The nodes of a body that are run whether a result needs them or not. */
  private static List<String> effects(FunctionDef function) {
    return function.getControlRetCount() > 0
        ? function.getControlRetMap().values().stream().distinct().sorted().toList()
        : function.getNodeDefList().stream()
            .filter(n -> StateChanges.changes(n.getOp()))
            .map(NodeDef::getName)
            .toList();
  }

  private Scope scope(
      FunctionDef function,
      String call,
      List<String> given,
      @Nullable String entry,
      Map<String, AttrValue> attributes) {
    List<OpDef.ArgDef> taken = function.getSignature().getInputArgList();
    if (taken.size() != given.size()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          function.getSignature().getName()
              + " takes "
              + taken.size()
              + " tensors, but is called with "
              + given.size());
    }
    Map<String, String> arguments = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      arguments.put(taken.get(i).getName(), given.get(i));
    }
    Map<String, NodeDef> body = new LinkedHashMap<>();
    Map<String, String> own = new HashMap<>();
    for (NodeDef node : function.getNodeDefList()) {
      body.put(node.getName(), node);
      own.put(node.getName(), free(call + "/" + node.getName()));
    }
    return new Scope(body, own, arguments, entry, attributes, true);
  }

  private String free(String name) {
    String free = name;
    for (int i = 1; !names.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  /** The graph of what is needed, with the tensors that calls gave instead of their names. */
  private GraphDef needed(GraphDef graph, List<String> wanted) {
    List<String> queue = new ArrayList<>(wanted);
    Set<String> seen = new LinkedHashSet<>(queue);
    Map<String, NodeDef> kept = new HashMap<>();
    for (int i = 0; i < queue.size(); i++) {
      NodeDef node = nodes.get(queue.get(i));
      if (node == null) {
        throw lacks(queue.get(i));
      }
      NodeDef.Builder copy = node.toBuilder().clearInput();
      Set<String> controls = new LinkedHashSet<>();
      for (String input : node.getInputList()) {
        if (input.startsWith("^")) {
          controls.add(input);
        } else {
          copy.addInput(source(input));
        }
      }
      copy.addAllInput(controls);
      kept.put(node.getName(), copy.build());
      for (String input : copy.getInputList()) {
        String next = input.startsWith("^") ? input.substring(1) : TensorName.parse(input).node();
        if (seen.add(next)) {
          queue.add(next);
        }
      }
    }
    GraphDef.Builder out = GraphDef.newBuilder().setVersions(graph.getVersions());
    nodes.keySet().stream()
        .filter(kept::containsKey)
        .forEach(n -> out.addNode(Objects.requireNonNull(kept.get(n))));
    return out.setLibrary(library(out)).build();
  }

  private String source(String tensor) {
    String source = tensor;
    for (String next = tensor; next != null; next = passed.get(next)) {
      source = next;
    }
    return source;
  }

  private FunctionDefLibrary library(GraphDef.Builder graph) {
    Set<String> called = new LinkedHashSet<>();
    graph.getNodeList().forEach(n -> called.addAll(FunctionCalls.names(n)));
    FunctionDefLibrary.Builder out = FunctionDefLibrary.newBuilder();
    FunctionCalls.reached(called, library)
        .forEach(f -> out.addFunction(Objects.requireNonNull(library.get(f))));
    return out.build();
  }
}
