// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Builds a graph node by node; each method gives the name of the new node. */
@Internal
public final class GraphNodes {

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final Set<String> names = new HashSet<>();

  /** No nodes yet. */
  public GraphNodes() {}

  /** The nodes of a graph, and more to come. */
  public GraphNodes(GraphDef start) {
    graph.mergeFrom(start);
    start.getNodeList().forEach(n -> names.add(n.getName()));
  }

  public GraphDef.Builder graph() {
    return graph;
  }

  /**
   * A node; inputs as a graph names them, {@code ^name} for control.
   *
   * @param name letters, digits, {@code _ . /}; a number is appended where a node has it
   */
  public String node(
      String name, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    String valid = Character.isLetterOrDigit(name.charAt(0)) ? name : "node" + name;
    String free = valid;
    for (int i = 1; !names.add(free); i++) {
      free = valid + "_" + i;
    }
    graph.addNode(
        NodeDef.newBuilder().setName(free).setOp(op).addAllInput(inputs).putAllAttr(attributes));
    return free;
  }

  /** A node that is ready made, under its own name. */
  public void add(NodeDef node) {
    if (!names.add(node.getName())) {
      throw new IllegalStateException("there is a node '" + node.getName() + "' already");
    }
    graph.addNode(node);
  }

  public String placeholder(String name, DataType dtype, Shape shape) {
    return node(
        name,
        "Placeholder",
        List.of(),
        Map.of("dtype", Protos.attr(dtype), "shape", Protos.attr(shape)));
  }

  public String constant(String name, TensorProto value) {
    return node(
        name,
        "Const",
        List.of(),
        Map.of("dtype", Protos.attr(value.getDtype()), "value", Protos.attr(value)));
  }

  public String variable(String name, DataType dtype, Shape shape) {
    return node(
        name,
        "VarHandleOp",
        List.of(),
        Map.of(
            "dtype", Protos.attr(dtype),
            "shape", Protos.attr(shape),
            "shared_name", Protos.attr(name)));
  }

  public String assign(String name, String variable, String value, DataType dtype) {
    return node(
        name, "AssignVariableOp", List.of(variable, value), Map.of("dtype", Protos.attr(dtype)));
  }

  public String read(String name, List<String> inputs, DataType dtype) {
    return node(name, "ReadVariableOp", inputs, Map.of("dtype", Protos.attr(dtype)));
  }

  /** Tensors of a checkpoint whose prefix a node gives, as outputs in the order of their keys. */
  public String restore(String name, String prefix, List<String> keys, List<DataType> dtypes) {
    return restore(name, prefix, keys, Checkpoint.wholes(keys), dtypes);
  }

  /** The same, of some tensors only a slice. */
  public String restore(
      String name, String prefix, List<String> keys, TensorProto slices, List<DataType> dtypes) {
    if (dtypes.stream().anyMatch(NodeAttributes::isObject)) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "a variable of the checkpoint is an object that only TensorFlow can read");
    }
    return node(
        name,
        "RestoreV2",
        List.of(
            prefix,
            constant(name + "/tensor_names", Protos.strings(keys)),
            constant(name + "/shape_and_slices", slices)),
        Map.of("dtypes", Protos.types(dtypes)));
  }

  public String noOp(String name, List<String> after) {
    return node(name, "NoOp", after.stream().map(n -> "^" + n).toList(), Map.of());
  }

  /** A call of a function with these inputs, which are all of its arguments. */
  public String call(FunctionDef function, List<String> inputs) {
    return call("StatefulPartitionedCall", function, inputs);
  }

  /** The same under a name. */
  public String call(String name, FunctionDef function, List<String> inputs) {
    List<DataType> taken =
        function.getSignature().getInputArgList().stream().map(a -> a.getType()).toList();
    List<DataType> given =
        function.getSignature().getOutputArgList().stream().map(a -> a.getType()).toList();
    if (taken.size() != inputs.size()) {
      throw new IllegalStateException(
          function.getSignature().getName()
              + " takes "
              + taken.size()
              + " arguments, not "
              + inputs.size());
    }
    return node(
        name,
        "StatefulPartitionedCall",
        inputs,
        Map.of(
            "f", Protos.function(function.getSignature().getName()),
            "Tin", Protos.types(taken),
            "Tout", Protos.types(given)));
  }
}
