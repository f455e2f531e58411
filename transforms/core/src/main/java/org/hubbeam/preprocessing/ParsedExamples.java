// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.plan.GraphIndex;
import org.hubbeam.plan.TracedArray;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.io.ParseExample;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/** Serialised {@code tf.Example} parsed into the inputs of a traced graph. */
final class ParsedExamples {

  /** The node that takes the examples. */
  static final String PLACEHOLDER = "serving/examples";

  private final List<TracedArray> sparse;
  private final List<TracedArray> dense;
  private final List<TracedArray> ragged;

  private ParsedExamples(List<TracedArray> inputs) {
    sparse = withLayout(inputs, Layout.SPARSE);
    dense = withLayout(inputs, Layout.DENSE);
    ragged = withLayout(inputs, Layout.RAGGED);
  }

  /** Whether every input is one feature of an example. */
  static boolean canParse(List<TracedArray> inputs) {
    return inputs.stream()
        .map(TracedArray::spec)
        .allMatch(s -> s.layout() == Layout.DENSE || s.shape().rank() == 2);
  }

  /** The graph with a parser before these inputs, in place of their placeholders. */
  static GraphDef before(GraphDef graph, List<TracedArray> inputs) {
    ParsedExamples examples = new ParsedExamples(inputs);
    try (Graph parser = NativeRuntime.newGraph()) {
      Map<String, String> parsed = examples.parse(Ops.create(parser).withSubScope("serving"));
      GraphDef.Builder out = graph.toBuilder();
      for (NodeDef.Builder node : out.getNodeBuilderList()) {
        String tensor = parsed.get(node.getName());
        if (tensor != null) {
          AttrValue type = node.getAttrOrThrow("dtype");
          node.setOp("Identity").clearAttr().putAttr("T", type).addInput(tensor);
        }
      }
      return out.addAllNode(parser.toGraphDef().getNodeList()).build();
    }
  }

  private Map<String, String> parse(Ops tf) {
    Placeholder<TString> examples =
        tf.withName("examples").placeholder(TString.class, Placeholder.shape(Shape.of(-1)));
    List<Operand<?>> required = new ArrayList<>();
    dense.forEach(d -> required.add(nothing(tf, d.spec().dtype())));
    List<Class<? extends TNumber>> splits = new ArrayList<>();
    ragged.forEach(r -> splits.add(TInt64.class));
    ParseExample parse =
        tf.io.parseExample(
            examples,
            strings(tf, List.of()),
            keys(tf, sparse),
            keys(tf, dense),
            keys(tf, ragged),
            required,
            (long) sparse.size(),
            types(sparse),
            types(ragged),
            splits,
            dense.stream().map(d -> row(d.spec())).toList());
    Map<String, String> tensors = new HashMap<>();
    for (int i = 0; i < sparse.size(); i++) {
      put(tensors, sparse.get(i), 0, parse.sparseIndices().get(i));
      put(tensors, sparse.get(i), 1, (Operand<?>) parse.sparseValues().get(i));
      put(tensors, sparse.get(i), 2, parse.sparseShapes().get(i));
    }
    for (int i = 0; i < dense.size(); i++) {
      put(tensors, dense.get(i), 0, (Operand<?>) parse.denseValues().get(i));
    }
    for (int i = 0; i < ragged.size(); i++) {
      put(tensors, ragged.get(i), 0, (Operand<?>) parse.raggedValues().get(i));
      put(tensors, ragged.get(i), 1, (Operand<?>) parse.raggedRowSplits().get(i));
    }
    return tensors;
  }

  private static void put(
      Map<String, String> tensors, TracedArray input, int part, Operand<?> parsed) {
    var output = parsed.asOutput();
    tensors.put(
        GraphIndex.node(input.tensors().get(part)), output.op().name() + ":" + output.index());
  }

  private static List<TracedArray> withLayout(List<TracedArray> inputs, Layout layout) {
    return inputs.stream().filter(i -> i.spec().layout() == layout).toList();
  }

  private static Operand<TString> keys(Ops tf, List<TracedArray> inputs) {
    return strings(tf, inputs.stream().map(i -> i.spec().name()).toList());
  }

  private static Operand<TString> strings(Ops tf, List<String> texts) {
    NdArray<String> vector = NdArrays.ofObjects(String.class, Shape.of(texts.size()));
    for (int i = 0; i < texts.size(); i++) {
      vector.setObject(texts.get(i), i);
    }
    return tf.constant(vector);
  }

  private static Shape row(ArraySpec spec) {
    return Shape.of(spec.shape().row().dims().stream().mapToLong(Long::longValue).toArray());
  }

  private static List<Class<? extends TType>> types(List<TracedArray> inputs) {
    List<Class<? extends TType>> types = new ArrayList<>();
    inputs.forEach(i -> types.add(type(i.spec().dtype())));
    return types;
  }

  private static Class<? extends TType> type(DType dtype) {
    return switch (dtype) {
      case STRING -> TString.class;
      case INT64 -> TInt64.class;
      case FLOAT32 -> TFloat32.class;
      default -> throw new IllegalArgumentException("no example has a feature of " + dtype);
    };
  }

  private static Operand<?> nothing(Ops tf, DType dtype) {
    return switch (dtype) {
      case STRING -> strings(tf, List.of());
      case INT64 -> tf.constant(new long[0]);
      default -> tf.constant(new float[0]);
    };
  }
}
