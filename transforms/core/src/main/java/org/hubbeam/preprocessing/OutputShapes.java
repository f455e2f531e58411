// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.TracedArray;
import org.hubbeam.plan.TracedFunction;
import org.tensorflow.Graph;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Shapes of dense outputs that depend on the sizes of vocabularies, such as one-hot vectors of
 * their ids: TensorFlow infers them once the sizes are constants.
 */
final class OutputShapes {

  private static final String SIZE = "LookupTableSizeV2";

  private OutputShapes() {}

  /** Whether the shape of the rows of a column is known once the sizes of vocabularies are. */
  static boolean isFixed(Column.Dense column) {
    if (column.shape().row().isFull()) {
      return true;
    }
    String tensor = Tracing.tensor(column.values());
    GraphDef graph = sized(column.tracing().graph(), node -> 1);
    return shapes(graph, Map.of("column", tensor)).values().stream()
        .allMatch(shape -> shape.row().isFull());
  }

  /**
   * The shapes for the vocabularies that were computed.
   *
   * @param staged makes a file's location one of this machine
   */
  static Map<String, Shape> known(
      TracedFunction trace, AnalyzerResults results, Function<String, Path> staged)
      throws IOException {
    if (trace.outputs().stream().allMatch(o -> isKnown(o.array().spec()))) {
      return Map.of();
    }
    List<TracedArray> sizes =
        trace.graph().getNodeList().stream()
            .filter(node -> node.getOp().equals(SIZE))
            .map(node -> node.getName())
            .map(
                name ->
                    new TracedArray(
                        new ArraySpec(name, DType.INT64, Shape.of(), Layout.DENSE),
                        List.of(name + ":0")))
            .toList();
    Map<String, Long> values = new LinkedHashMap<>();
    FixedValues.evaluate(trace, results, staged, sizes)
        .forEach((node, size) -> values.put(node, ((Values.Numbers) size.values()).toLongs()[0]));
    GraphDef sized = sized(trace.graph(), node -> values.getOrDefault(node, 1L));
    Map<String, String> tensors = new LinkedHashMap<>();
    for (TracedFunction.Output output : trace.outputs()) {
      if (!isKnown(output.array().spec())) {
        tensors.put(output.array().spec().name(), output.array().tensors().get(0));
      }
    }
    return shapes(sized, tensors);
  }

  /** Whether the shape of an output is known without the sizes. */
  private static boolean isKnown(ArraySpec output) {
    return output.layout() != Layout.DENSE || output.shape().row().isFull();
  }

  /** The graph with sizes of tables as constants. */
  private static GraphDef sized(GraphDef graph, ToLongFunction<String> sizes) {
    GraphDef.Builder sized = graph.toBuilder().clearNode();
    for (NodeDef node : graph.getNodeList()) {
      sized.addNode(
          node.getOp().equals(SIZE)
              ? constant(node.getName(), sizes.applyAsLong(node.getName()))
              : node);
    }
    return sized.build();
  }

  /** The shapes of tensors, under the names that are given for them. */
  private static Map<String, Shape> shapes(GraphDef definition, Map<String, String> tensors) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      tensors.forEach(
          (name, tensor) -> {
            int colon = tensor.lastIndexOf(':');
            int output = Integer.parseInt(tensor.substring(colon + 1));
            String node = tensor.substring(0, colon);
            shapes.put(name, Tracing.shape(graph.operationOrThrow(node).output(output)));
          });
    }
    return shapes;
  }

  private static NodeDef constant(String name, long value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", AttrValue.newBuilder().setType(DataType.DT_INT64).build())
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_INT64)
                        .setTensorShape(TensorShapeProto.getDefaultInstance())
                        .addInt64Val(value))
                .build())
        .build();
  }
}
