// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.OpDefs;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A graph that is being changed. Tensors are named {@code node:0}, control inputs {@code ^node}.
 */
@Internal
public final class GraphEditor {

  private final GraphDef original;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private OpDefs ops;

  public GraphEditor(GraphDef graph) {
    original = graph;
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    graph.getLibrary().getFunctionList().forEach(f -> functions.put(name(f), f));
    ops = OpDefs.registered().with(graph.getLibrary());
  }

  private static String name(FunctionDef function) {
    return function.getSignature().getName();
  }

  /** The graph as it is now. */
  public GraphDef graph() {
    return original.toBuilder()
        .clearNode()
        .addAllNode(nodes.values())
        .setLibrary(library())
        .build();
  }

  /** The functions as they are now, with the gradients that the library told of. */
  public FunctionDefLibrary library() {
    return original.getLibrary().toBuilder()
        .clearFunction()
        .addAllFunction(functions.values())
        .build();
  }

  public OpDefs ops() {
    return ops;
  }

  public Collection<NodeDef> nodes() {
    return nodes.values();
  }

  public boolean has(String node) {
    return nodes.containsKey(node);
  }

  /** A node. */
  public NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("the graph has no node '" + name + "'");
    }
    return node;
  }

  /** Adds or replaces a node under its own name. */
  public void put(NodeDef node) {
    nodes.put(node.getName(), node);
  }

  public void remove(String node) {
    nodes.remove(node);
  }

  /** Adds a node; its name gets a number where there is one already. */
  public String add(
      String name, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    String free = name;
    while (nodes.containsKey(free)) {
      free = name + "_" + numbers.merge(name, 1, Integer::sum);
    }
    put(
        NodeDef.newBuilder()
            .setName(free)
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes)
            .build());
    return free;
  }

  public String placeholder(String name, DataType type) {
    return add(name, "Placeholder", List.of(), Map.of("dtype", attr(type)));
  }

  public String identity(String name, String tensor, DataType type) {
    return add(name, "Identity", List.of(tensor), Map.of("T", attr(type)));
  }

  /** An int32 scalar. */
  public String scalar(String name, int value) {
    return constant(name, TensorShapeProto.getDefaultInstance(), value);
  }

  /** An int32 vector. */
  public String vector(String name, int... values) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setSize(values.length);
    return constant(name, shape.build(), values);
  }

  private String constant(String name, TensorShapeProto shape, int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(values);
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT32)
            .setTensorShape(shape)
            .setTensorContent(ByteString.copyFrom(bytes))
            .build());
  }

  public String constant(String name, TensorProto value) {
    return add(
        name,
        "Const",
        List.of(),
        Map.of(
            "dtype",
            attr(value.getDtype()),
            "value",
            AttrValue.newBuilder().setTensor(value).build()));
  }

  public FunctionDef function(String name) {
    FunctionDef function = functions.get(name);
    if (function == null) {
      throw new IllegalArgumentException("the graph has no function '" + name + "'");
    }
    return function;
  }

  /** The function that an attribute of a node names. */
  public FunctionDef function(NodeDef node, String attribute) {
    return function(node.getAttrOrThrow(attribute).getFunc().getName());
  }

  /** A name that no function has. */
  public String freeFunction(String name) {
    String free = name;
    while (functions.containsKey(free)) {
      free = name + "_" + numbers.merge("function " + name, 1, Integer::sum);
    }
    return free;
  }

  /** Adds functions; of one name that is there already, the old one stays. */
  public void addFunctions(Collection<FunctionDef> more) {
    more.forEach(f -> functions.putIfAbsent(name(f), f));
    ops = OpDefs.registered().with(library());
  }

  /** The types of a node's outputs. */
  public List<DataType> outputs(NodeDef node) {
    return NodeTypes.outputs(ops, node);
  }

  /** The types of a node's inputs, control inputs left out. */
  public List<DataType> inputs(NodeDef node) {
    return NodeTypes.inputs(ops, node);
  }

  /** The type of a tensor. */
  public DataType type(String tensor) {
    return outputs(node(GraphFlow.producer(tensor))).get(index(tensor));
  }

  /** 1 of {@code node:1}, 0 of {@code node}. */
  public static int index(String tensor) {
    int colon = tensor.lastIndexOf(':');
    return colon < 0 ? 0 : Integer.parseInt(tensor.substring(colon + 1));
  }

  /** The control inputs of a node. */
  public static List<String> controls(NodeDef node) {
    return node.getInputList().stream().filter(i -> i.startsWith("^")).toList();
  }

  public static AttrValue attr(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  public static AttrValue attr(long number) {
    return AttrValue.newBuilder().setI(number).build();
  }

  public static AttrValue types(List<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  public static AttrValue functionAttr(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }
}
