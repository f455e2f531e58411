// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.Plan;
import org.hubbeam.plan.TracedArray;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A graph whose outputs depend on what analyzers take, so that a call with a row that an analysis
 * refused fails again.
 *
 * <p>To one output, a 0 is added that TensorFlow can only know when it has computed all of these
 * arrays: the smaller of 0 and their sizes. A control input would not do, because TensorFlow does
 * not compute a pure operation of which nothing but the order is needed.
 *
 * @param outputs the tensors of each output
 */
record RowGuard(GraphDef graph, Map<ArraySpec, List<String>> outputs) {

  private static final String SCOPE = "refused/";

  /**
   * The graph of a function, guarded by what some phases compute.
   *
   * @param phases their numbers; without any, the graph is as it was
   */
  static RowGuard of(Plan plan, Set<Integer> phases, Map<ArraySpec, List<String>> outputs) {
    List<TracedArray> arrays =
        plan.phases().stream()
            .filter(p -> phases.contains(p.number()))
            .map(Phase::computed)
            .map(Map::values)
            .flatMap(Collection::stream)
            .toList();
    GraphDef graph = plan.trace().graph();
    if (arrays.isEmpty() || outputs.isEmpty()) {
      return new RowGuard(graph, outputs);
    }
    GraphDef.Builder out = graph.toBuilder();
    String zero = addZero(out, arrays);
    Map<ArraySpec, List<String>> guarded = new LinkedHashMap<>(outputs);
    ArraySpec first =
        outputs.keySet().stream()
            .filter(o -> o.layout() != Layout.DENSE || o.shape().hasRank())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no output has a known rank"));
    guarded.put(first, guarded(out, first, Objects.requireNonNull(outputs.get(first)), zero));
    return new RowGuard(out.build(), guarded);
  }

  private static String addZero(GraphDef.Builder graph, List<TracedArray> arrays) {
    List<String> sizes = new ArrayList<>();
    for (TracedArray array : arrays) {
      for (int i = 0; i < array.tensors().size(); i++) {
        sizes.add(
            add(
                graph,
                node("size_" + sizes.size(), "Size", List.of(array.tensors().get(i)))
                    .putAttr("T", type(dtype(array.spec(), i)))
                    .putAttr("out_type", type(DataType.DT_INT64))));
      }
    }
    String sum =
        add(
            graph,
            node("size", "AddN", sizes)
                .putAttr("N", AttrValue.newBuilder().setI(sizes.size()).build())
                .putAttr("T", type(DataType.DT_INT64)));
    String nothing = constant(graph, "nothing", List.of(), 0);
    return add(
        graph,
        node("zero", "Minimum", List.of(sum, nothing)).putAttr("T", type(DataType.DT_INT64)));
  }

  private static List<String> guarded(
      GraphDef.Builder graph, ArraySpec output, List<String> tensors, String zero) {
    int place = output.layout() == Layout.RAGGED ? 1 : 0;
    String tensor = tensors.get(place);
    boolean numbers = output.layout() != Layout.DENSE || output.dtype() == DType.INT64;
    String after =
        numbers
            ? add(
                graph,
                node("guarded", "AddV2", List.of(tensor, zero))
                    .putAttr("T", type(DataType.DT_INT64)))
            : sliced(graph, output, tensor, zero);
    List<String> all = new ArrayList<>(tensors);
    all.set(place, after + ":0");
    return all;
  }

  /**
   * All of a tensor, cut from place 0 on. TensorFlow would leave out a reshape to its own shape.
   */
  private static String sliced(
      GraphDef.Builder graph, ArraySpec output, String tensor, String zero) {
    List<Long> dims = List.of((long) output.shape().rank());
    String zeros = constant(graph, "zeros", dims, 0);
    String whole = constant(graph, "whole", dims, -1);
    String begin =
        add(
            graph,
            node("begin", "AddV2", List.of(zeros, zero)).putAttr("T", type(DataType.DT_INT64)));
    return add(
        graph,
        node("guarded", "Slice", List.of(tensor, begin, whole))
            .putAttr("T", type(output.dtype().proto()))
            .putAttr("Index", type(DataType.DT_INT64)));
  }

  private static String constant(GraphDef.Builder graph, String name, List<Long> dims, long value) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dims.forEach(d -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(d)));
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_INT64)
            .setTensorShape(shape)
            .addInt64Val(value)
            .build();
    return add(
        graph,
        node(name, "Const", List.of())
            .putAttr("dtype", type(DataType.DT_INT64))
            .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build()));
  }

  private static DataType dtype(ArraySpec spec, int tensor) {
    int values = spec.layout() == Layout.SPARSE ? 1 : 0;
    return tensor == values ? spec.dtype().proto() : DataType.DT_INT64;
  }

  private static NodeDef.Builder node(String name, String op, List<String> inputs) {
    return NodeDef.newBuilder().setName(SCOPE + name).setOp(op).addAllInput(inputs);
  }

  private static String add(GraphDef.Builder graph, NodeDef.Builder node) {
    graph.addNode(node);
    return node.getName();
  }

  private static AttrValue type(DataType dtype) {
    return AttrValue.newBuilder().setType(dtype).build();
  }
}
