// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.gradients.LoopReads;
import org.hubbeam.model.GraphReader;
import org.hubbeam.model.ModuleGraph;
import org.hubbeam.model.ModuleSession;
import org.hubbeam.model.NodeNames;
import org.hubbeam.model.Protos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Takes a function out of its module: variables become constants, tables tell what they hold. */
final class Freezing {

  private static final Set<String> TABLES =
      Set.of(
          "HashTable",
          "HashTableV2",
          "MutableHashTable",
          "MutableHashTableV2",
          "MutableDenseHashTable",
          "MutableDenseHashTableV2",
          "MutableHashTableOfTensorsV2");

  private static final Set<String> READS =
      Set.of("ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape");

  private final CalledFunction called;
  private final ModuleGraph module;
  private final GraphEditor editor;
  private final Map<String, ModuleGraph.Variable> variables = new HashMap<>();
  private final Map<String, String> constants = new HashMap<>();
  private final Map<String, Array.Dense> values = new HashMap<>();
  private final List<Table> tables = new ArrayList<>();
  private @Nullable ModuleSession session;

  private Freezing(CalledFunction called) {
    this.called = called;
    this.module = called.module();
    this.editor = new GraphEditor(LoopReads.takenOut(called.graph()));
    module.variables().forEach(v -> variables.put(v.node(), v));
  }

  /**
   * The graph that a call of a function runs.
   *
   * @throws ConversionException as {@link CalledFunction} does, and for an input or output of a
   *     type that JavaScript has not
   * @throws org.hubbeam.model.ModuleException when there is no such function
   */
  static FrozenGraph of(GraphReader reader, ConversionOptions options) {
    CalledFunction called = CalledFunction.of(reader, options);
    Freezing freezing = new Freezing(called);
    try {
      freezing.freeze();
    } finally {
      freezing.close();
    }
    return freezing.frozen();
  }

  /** Reads all variables that are needed at once. */
  private void readVariables() {
    Map<String, DataType> read = new LinkedHashMap<>();
    for (NodeDef node : editor.nodes()) {
      if (READS.contains(node.getOp())) {
        ModuleGraph.Variable variable = variables.get(source(node.getInput(0)));
        if (variable != null) {
          read.put(variable.node(), variable.dtype().proto());
        }
      }
    }
    if (!read.isEmpty()) {
      values.putAll(session().values(read));
    }
  }

  private void freeze() {
    readVariables();
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (TABLES.contains(node.getOp())) {
        table(node);
      }
    }
    for (NodeDef node : List.copyOf(editor.nodes())) {
      switch (node.getOp()) {
        case "ReadVariableOp" -> {
          String value = constant(node);
          replace(node, "Identity", List.of(value), Map.of("T", type(value)));
        }
        case "ResourceGather" -> gather(node);
        case "ResourceGatherNd" -> {
          String value = constant(node);
          replace(
              node,
              "GatherNd",
              List.of(value, node.getInput(1)),
              Map.of("Tparams", type(value), "Tindices", node.getAttrOrThrow("Tindices")));
        }
        case "VariableShape" -> {
          String value = constant(node);
          Map<String, AttrValue> attributes = new HashMap<>(Map.of("T", type(value)));
          if (node.containsAttr("out_type")) {
            attributes.put("out_type", node.getAttrOrThrow("out_type"));
          }
          replace(node, "Shape", List.of(value), attributes);
        }
        default -> {}
      }
    }
  }

  private void gather(NodeDef node) {
    String value = constant(node);
    AttrValue dims = node.getAttrOrDefault("batch_dims", GraphEditor.attr(0));
    replace(
        node,
        "GatherV2",
        List.of(
            value, node.getInput(1), editor.scalar(node.getName() + "/axis", (int) dims.getI())),
        Map.of(
            "Tparams", type(value),
            "Tindices", node.getAttrOrThrow("Tindices"),
            "Taxis", GraphEditor.attr(DataType.DT_INT32),
            "batch_dims", dims));
  }

  private AttrValue type(String constant) {
    return editor.node(constant).getAttrOrThrow("dtype");
  }

  private void replace(
      NodeDef node, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    editor.put(
        NodeDef.newBuilder()
            .setName(node.getName())
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes)
            .build());
  }

  /** The constant of the variable that a node looks at. */
  private String constant(NodeDef node) {
    String handle = source(node.getInput(0));
    ModuleGraph.Variable variable = variables.get(handle);
    if (variable == null) {
      throw new ConversionException(
          "the function "
              + module.function()
              + " reads with "
              + node.getOp()
              + " ("
              + node.getName()
              + ") what is not one of its variables");
    }
    return constants.computeIfAbsent(
        handle,
        h ->
            editor.constant(
                NodeNames.path(variable.path()),
                Protos.tensor(Objects.requireNonNull(values.get(h)))));
  }

  private String source(String input) {
    String node = GraphFlow.producer(input);
    while (editor.node(node).getOp().equals("Identity")) {
      node = GraphFlow.producer(editor.node(node).getInput(0));
    }
    return node;
  }

  private void table(NodeDef node) {
    AttrValue keys = node.getAttrOrThrow("key_dtype");
    AttrValue values = node.getAttrOrThrow("value_dtype");
    String export = node.getName() + "/hubbeam_export";
    GraphDef.Builder more = GraphDef.newBuilder();
    more.addNode(node.toBuilder().clearInput());
    more.addNodeBuilder()
        .setName(export)
        .setOp("LookupTableExportV2")
        .addInput(node.getName() + ":0")
        .putAttr("Tkeys", keys)
        .putAttr("Tvalues", values);
    session().extend(more.build());
    List<Array.Dense> content =
        session().run(Map.of(), List.of(export + ":0", export + ":1"), List.of());
    tables.add(TableOrder.sorted(node.getName(), content.get(0), content.get(1)));
    replace(node, "HashTableV2", List.of(), Map.of("key_dtype", keys, "value_dtype", values));
  }

  private ModuleSession session() {
    if (session == null) {
      session = module.open();
    }
    return session;
  }

  private void close() {
    if (session != null) {
      session.close();
    }
  }

  private FrozenGraph frozen() {
    List<Port> in = new ArrayList<>();
    module.inputs().forEach(i -> in.addAll(ports(i, called.inputTensors(i))));
    List<Port> out = new ArrayList<>();
    called.outputs().forEach(o -> out.addAll(ports(o, called.outputTensors(o))));
    return LoopHandles.dropped(new FrozenGraph(editor.graph(), in, out, tables));
  }

  /** An input or output; a ragged or sparse one as its parts. */
  private List<Port> ports(ArraySpec spec, List<String> tensors) {
    List<Port> ports = new ArrayList<>();
    List<String> parts = Parts.names(spec, tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      DataType type = editor.type(tensors.get(i));
      if (DType.of(type).isOpaque() || DType.of(type).isComplex()) {
        throw new ConversionException(
            "the function "
                + module.function()
                + " has '"
                + spec.name()
                + "' of type "
                + DType.of(type)
                + ", which a graph model can neither take nor give; choose others with --outputs");
      }
      Shape shape = Parts.shape(spec, i);
      ports.add(new Port(parts.get(i), tensors.get(i), type, shape));
    }
    return ports;
  }
}
