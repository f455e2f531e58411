// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Shape;
import org.hubbeam.model.NativeSession.TensorName;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The part of a graph that computes a signature, fit for a function: inputs, variables, tables and
 * paths of assets are placeholders, reference variables and tables are resources.
 */
final class SignatureGraph {

  private static final Set<String> REFERENCES = Set.of("VariableV2", "Variable");
  private static final Set<String> TABLES =
      Set.of("HashTable", "HashTableV2", "MutableHashTable", "MutableHashTableV2");
  private static final Set<String> LOOKUPS =
      Set.of("LookupTableFind", "LookupTableSize", "LookupTableExport");

  private final ModuleDefinition definition;
  private final OpDefs ops;
  private final Map<TensorName, String> fed = new LinkedHashMap<>();
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, NodeDef> captures = new LinkedHashMap<>();
  private final Map<String, String> captured = new HashMap<>();

  private SignatureGraph(ModuleDefinition definition) {
    this.definition = definition;
    this.ops = OpDefs.registered().with(definition.metaGraph().getGraphDef().getLibrary());
  }

  /**
   * The part of the graph.
   *
   * @throws ModuleException when it has what no function can have, saying what
   */
  static SignatureGraph extract(ModuleDefinition definition, Member member) {
    SignatureGraph graph = new SignatureGraph(definition);
    member.tensors().inputs().values().forEach(t -> t.forEach(graph::feed));
    List<String> fetched = new ArrayList<>();
    member.tensors().outputs().values().forEach(fetched::addAll);
    graph.collect(fetched);
    return graph;
  }

  static boolean isVariable(NodeDef node) {
    return node.getOp().equals("VarHandleOp") || REFERENCES.contains(node.getOp());
  }

  static boolean isTable(NodeDef node) {
    return TABLES.contains(node.getOp());
  }

  /** All nodes, placeholders included. */
  Collection<NodeDef> nodes() {
    return nodes.values();
  }

  /** The nodes of the module that placeholders stand for, by these. */
  Map<String, NodeDef> captures() {
    return captures;
  }

  /** The placeholder of an input's tensor. */
  String placeholder(String tensor) {
    return Objects.requireNonNull(fed.get(TensorName.parse(tensor)));
  }

  /** A tensor of the module as it is called here. */
  String tensor(String tensor) {
    String own = fed.get(TensorName.parse(tensor));
    return own == null ? tensor : own;
  }

  private void feed(String tensor) {
    String node = "hubbeam/input_" + fed.size();
    fed.put(TensorName.parse(tensor), node);
    addPlaceholder(node, DataType.DT_VARIANT);
  }

  private void addPlaceholder(String node, DataType dtype) {
    GraphNodes one = new GraphNodes();
    one.placeholder(node, dtype, Shape.UNKNOWN);
    nodes.put(node, one.graph().getNode(0));
  }

  private void collect(List<String> fetched) {
    ArrayDeque<String> open = new ArrayDeque<>();
    fetched.forEach(t -> push(t, open));
    while (!open.isEmpty()) {
      String name = open.remove();
      if (!nodes.containsKey(name)) {
        NodeDef node = definition.node(name);
        NodeDef taken = taken(node);
        nodes.put(name, taken);
        node.getInputList().forEach(i -> push(i, open));
      }
    }
  }

  /** Puts what has to be there for an input on the list; what is captured has a placeholder. */
  private void push(String input, ArrayDeque<String> open) {
    TensorName tensor = TensorName.parse(input);
    boolean control = input.startsWith("^");
    if (!control && fed.containsKey(tensor) || control && isFed(input.substring(1))) {
      return;
    }
    NodeDef node = definition.node(control ? input.substring(1) : tensor.node());
    if (isCaptured(node)) {
      capture(node);
      if (!REFERENCES.contains(node.getOp())) {
        return;
      }
    }
    open.add(node.getName());
  }

  private boolean isFed(String node) {
    return fed.keySet().stream().anyMatch(t -> t.node().equals(node));
  }

  private boolean isCaptured(NodeDef node) {
    return isVariable(node) || isTable(node) || definition.assetFile(node.getName()) != null;
  }

  private String capture(NodeDef node) {
    return captured.computeIfAbsent(
        node.getName(),
        n -> {
          String placeholder = "hubbeam/captured_" + captures.size();
          captures.put(placeholder, node);
          addPlaceholder(placeholder, DataType.DT_RESOURCE);
          return placeholder;
        });
  }

  private NodeDef taken(NodeDef node) {
    if (REFERENCES.contains(node.getOp())) {
      return NodeDef.newBuilder()
          .setName(node.getName())
          .setOp("ReadVariableOp")
          .addInput(capture(node))
          .putAttr("dtype", node.getAttrOrThrow("dtype"))
          .build();
    }
    check(node);
    NodeDef.Builder out = node.toBuilder().clearDevice().clearInput().removeAttr("_class");
    if (LOOKUPS.contains(node.getOp())) {
      out.setOp(node.getOp() + "V2");
    }
    for (String input : node.getInputList()) {
      String own = input(input);
      if (own != null) {
        out.addInput(own);
      }
    }
    return out.build();
  }

  /** An input as it is called here; null for waiting for what is given. */
  private @Nullable String input(String input) {
    boolean control = input.startsWith("^");
    if (!control) {
      String own = fed.get(TensorName.parse(input));
      if (own != null) {
        return own;
      }
    }
    String name = control ? input.substring(1) : TensorName.parse(input).node();
    NodeDef node = definition.node(name);
    if (control && isFed(name)) {
      return null;
    }
    if (!isCaptured(node) || REFERENCES.contains(node.getOp())) {
      return input;
    }
    return control ? null : capture(node);
  }

  private void check(NodeDef node) {
    OpDef op = ops.definition(node);
    boolean changes = false;
    int next = 0;
    for (OpDef.ArgDef input : op.getInputArgList()) {
      boolean lookup = LOOKUPS.contains(node.getOp()) && next == 0;
      changes |= input.getIsRef() && !lookup;
      next++;
    }
    boolean resource =
        op.getOutputArgList().stream()
            .anyMatch(o -> o.getType() == DataType.DT_RESOURCE || o.getIsRef());
    boolean unfed = node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2");
    if (changes || resource || unfed) {
      String why =
          unfed
              ? "is an input that the signature does not name"
              : changes
                  ? "changes a variable or a table of its graph"
                  : "holds a resource that is neither a variable nor a table";
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module in "
              + definition.files().folder()
              + " cannot be taken into another: its node '"
              + node.getName()
              + "' ("
              + node.getOp()
              + ") "
              + why);
    }
  }
}
