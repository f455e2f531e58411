// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.GraphNodes;
import org.hubbeam.model.Protos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Adds up the gradients of all uses of a variable. */
final class GradientSums {

  private final GraphNodes nodes;
  private final GraphFlow flow;

  GradientSums(GraphDef graph, GraphFlow flow) {
    this.nodes = new GraphNodes(graph);
    this.flow = flow;
  }

  GraphDef graph() {
    return nodes.graph().build();
  }

  /**
   * The sum; null where there is nothing to add.
   *
   * @param reads the nodes that read the variable
   * @param gradients of the first output of each
   */
  @Nullable VariableGradient sum(
      String variable, List<NodeDef> reads, List<@Nullable String> gradients) {
    DataType type = flow.node(variable).getAttrOrThrow("dtype").getType();
    List<String> dense = new ArrayList<>();
    List<VariableGradient.Sparse> sparse = new ArrayList<>();
    for (int i = 0; i < reads.size(); i++) {
      String gradient = gradients.get(i);
      NodeDef read = reads.get(i);
      if (gradient == null) {
        continue;
      }
      if (read.getOp().equals("ReadVariableOp")) {
        dense.add(gradient);
      } else if (VariableReads.isRows(read)) {
        sparse.add(slices(variable, read, gradient, type));
      } else {
        dense.add(scattered(variable, read, gradient, type));
      }
    }
    if (dense.isEmpty()) {
      return sparse.isEmpty() ? null : joined(variable, sparse, type);
    }
    if (!sparse.isEmpty()) {
      dense.add(full(variable, joined(variable, sparse, type), type));
    }
    return new VariableGradient.Dense(
        variable, dense.size() == 1 ? dense.get(0) : op("AddN", type, dense));
  }

  private String op(String op, DataType type, List<String> inputs) {
    return node(op, inputs, Map.of("T", Protos.attr(type), "N", Protos.attr(inputs.size())));
  }

  private String node(String op, List<String> inputs, Map<String, AttrValue> attributes) {
    return nodes.node("hubbeam_gradients/sum", op, inputs, attributes) + ":0";
  }

  private String ints(int... values) {
    return nodes.constant(
            "hubbeam_gradients/ints", Protos.tensor(Array.Dense.vector(Values.of(values))))
        + ":0";
  }

  private String number(int value) {
    return nodes.constant("hubbeam_gradients/int", Protos.scalar(Values.of(value))) + ":0";
  }

  private String shape(String variable) {
    return node("VariableShape", List.of(variable + ":0"), Map.of("out_type", int32()));
  }

  private static AttrValue int32() {
    return Protos.attr(DataType.DT_INT32);
  }

  /** The shape from the second dimension on. */
  private String row(String shape) {
    return node(
        "StridedSlice",
        List.of(shape, ints(1), ints(0), ints(1)),
        Map.of("T", int32(), "Index", int32(), "end_mask", Protos.attr(1L)));
  }

  private String reshape(String tensor, String shape, DataType type) {
    return node(
        "Reshape", List.of(tensor, shape), Map.of("T", Protos.attr(type), "Tshape", int32()));
  }

  private String concat(List<String> tensors, DataType type) {
    List<String> inputs = new ArrayList<>(tensors);
    inputs.add(number(0));
    return node(
        "ConcatV2",
        inputs,
        Map.of("T", Protos.attr(type), "N", Protos.attr(tensors.size()), "Tidx", int32()));
  }

  private VariableGradient.Sparse slices(
      String variable, NodeDef gather, String gradient, DataType type) {
    String indices = GraphFlow.inputs(gather).get(1);
    String row = row(shape(variable));
    String flat = reshape(gradient, concat(List.of(ints(-1), row), DataType.DT_INT32), type);
    return new VariableGradient.Sparse(
        variable, reshape(indices, ints(-1), flow.type(indices)), flat);
  }

  private VariableGradient.Sparse joined(
      String variable, List<VariableGradient.Sparse> parts, DataType type) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    List<String> indices = new ArrayList<>();
    for (VariableGradient.Sparse part : parts) {
      indices.add(
          node(
              "Cast",
              List.of(part.indices()),
              Map.of(
                  "SrcT", Protos.attr(indexType(part)), "DstT", Protos.attr(DataType.DT_INT64))));
    }
    return new VariableGradient.Sparse(
        variable,
        concat(indices, DataType.DT_INT64),
        concat(parts.stream().map(VariableGradient.Sparse::values).toList(), type));
  }

  /** The type of indices that this class made. */
  private DataType indexType(VariableGradient.Sparse slices) {
    String name = GraphFlow.producer(slices.indices());
    return nodes.graph().getNodeList().stream()
        .filter(n -> n.getName().equals(name))
        .findFirst()
        .map(
            n ->
                n.getOp().equals("ConcatV2") || n.getOp().equals("Reshape")
                    ? n.getAttrOrThrow("T").getType()
                    : DataType.DT_INT64)
        .orElseThrow();
  }

  private String full(String variable, VariableGradient.Sparse slices, DataType type) {
    String rows =
        node(
            "StridedSlice",
            List.of(shape(variable), ints(0), ints(1), ints(1)),
            Map.of("T", int32(), "Index", int32(), "shrink_axis_mask", Protos.attr(1L)));
    return node(
        "UnsortedSegmentSum",
        List.of(slices.values(), slices.indices(), rows),
        Map.of(
            "T", Protos.attr(type),
            "Tindices", Protos.attr(indexType(slices)),
            "Tnumsegments", int32()));
  }

  /** The gradient of a gather that takes more than rows, of the variable's shape. */
  private String scattered(String variable, NodeDef gather, String gradient, DataType type) {
    String indices = GraphFlow.inputs(gather).get(1);
    DataType index = flow.type(indices);
    if (!gather.getOp().equals("ResourceGatherNd")) {
      throw GraphFlow.refused(gather, "'" + variable + "' where batch_dims is not 0");
    }
    String shape = shape(variable);
    String typed =
        index == DataType.DT_INT32
            ? shape
            : node("Cast", List.of(shape), Map.of("SrcT", int32(), "DstT", Protos.attr(index)));
    return node(
        "ScatterNd",
        List.of(indices, gradient, typed),
        Map.of("T", Protos.attr(type), "Tindices", Protos.attr(index)));
  }
}
