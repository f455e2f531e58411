// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.GraphSession;
import org.hubbeam.model.Protos;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Graphs that are folded and fused give what they gave, with fewer nodes. */
class GraphPassesTest {

  private static final Map<String, AttrValue> FLOAT = Map.of("T", Protos.attr(DataType.DT_FLOAT));

  private static FrozenGraph graph(GraphEditor editor, List<String> inputs, List<String> outputs) {
    return new FrozenGraph(
        editor.graph(),
        inputs.stream()
            .map(i -> new Port(i, i + ":0", editor.type(i + ":0"), Shape.UNKNOWN))
            .toList(),
        outputs.stream()
            .map(o -> new Port(o, o + ":0", editor.type(o + ":0"), Shape.UNKNOWN))
            .toList(),
        List.of());
  }

  private static FrozenGraph passed(FrozenGraph graph) {
    return Cleaning.of(Fusing.of(BatchNormFolding.of(ConstantFolding.of(Cleaning.of(graph)))));
  }

  private static List<Array.Dense> run(FrozenGraph graph, Map<String, Array.Dense> inputs) {
    try (GraphSession session = GraphSession.open(Unfusing.of(graph).graph())) {
      return session.run(inputs, graph.outputs().stream().map(Port::tensor).toList(), List.of());
    }
  }

  private static List<String> operations(FrozenGraph graph) {
    return graph.graph().getNodeList().stream()
        .map(NodeDef::getOp)
        .filter(o -> !o.equals("Const") && !o.equals("Placeholder"))
        .toList();
  }

  private static void assertSame(String what, List<Array.Dense> before, List<Array.Dense> after) {
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).dims()).as(what).isEqualTo(before.get(i).dims());
      double difference =
          GraphModelComparison.of(Map.of("x", before.get(i)), Map.of("x", after.get(i)))
              .difference();
      assertThat(difference).as(what).isLessThan(1e-4);
    }
  }

  private static String constant(GraphEditor graph, String name, Array.Dense value) {
    return graph.constant(name, Protos.tensor(value));
  }

  private static AttrValue ints(long... values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (long value : values) {
      list.addI(value);
    }
    return AttrValue.newBuilder().setList(list).build();
  }

  /** A layer over an input, and how many channels it gives. */
  private static int layer(GraphEditor graph, String kind, RandomArrays random) {
    graph.placeholder("x", DataType.DT_FLOAT);
    if (kind.equals("MatMul")) {
      boolean transposed = random.below(2) == 0;
      String weights =
          constant(graph, "weights", transposed ? random.floats(4, 3) : random.floats(3, 4));
      graph.add(
          "layer",
          kind,
          List.of("x", weights),
          Map.of("T", Protos.attr(DataType.DT_FLOAT), "transpose_b", Protos.attr(transposed)));
      return 4;
    }
    boolean depthwise = kind.equals("DepthwiseConv2dNative");
    String weights = constant(graph, "weights", random.floats(2, 2, 3, depthwise ? 2 : 4));
    graph.add(
        "layer",
        kind,
        List.of("x", weights),
        Map.of(
            "T", Protos.attr(DataType.DT_FLOAT),
            "strides", ints(1, 1, 1, 1),
            "padding", Protos.attr("SAME")));
    return depthwise ? 6 : 4;
  }

  private static Array.Dense perChannel(RandomArrays random, int channels) {
    return switch (random.below(5)) {
      case 0 -> random.floats();
      case 1 -> random.floats(1, channels);
      case 2 -> random.floats(1, 1, 1, channels);
      case 3 -> random.floats(1);
      default -> random.floats(channels);
    };
  }

  /** A step behind a tensor; its name. */
  private static String step(
      GraphEditor graph, String kind, String last, int channels, RandomArrays random) {
    String op =
        random.of(
            "BiasAdd", "AddV2", "AddV2", "Sub", "Mul", "Norm", "Relu", "Elu", "LeakyRelu", "Prelu");
    switch (op) {
      case "BiasAdd" -> {
        return graph.add(
            op, op, List.of(last, constant(graph, "b", random.floats(channels))), FLOAT);
      }
      case "AddV2", "Mul", "Sub" -> {
        String other = constant(graph, "c", perChannel(random, channels));
        boolean first = random.below(2) == 0;
        return graph.add(op, op, first ? List.of(last, other) : List.of(other, last), FLOAT);
      }
      case "Norm" -> {
        if (kind.equals("MatMul")) {
          return last;
        }
        List<String> inputs = new ArrayList<>(List.of(last));
        for (String name : List.of("scale", "offset", "mean")) {
          inputs.add(constant(graph, name, random.floats(channels)));
        }
        inputs.add(constant(graph, "variance", random.units(channels)));
        return graph.add(
            "norm",
            "FusedBatchNormV3",
            inputs,
            Map.of(
                "T", Protos.attr(DataType.DT_FLOAT),
                "U", Protos.attr(DataType.DT_FLOAT),
                "is_training", Protos.attr(false),
                "epsilon", AttrValue.newBuilder().setF(0.1f).build()));
      }
      case "Prelu" -> {
        String negative = graph.add("neg", "Neg", List.of(last), FLOAT);
        String relu = graph.add("relu", "Relu", List.of(negative), FLOAT);
        String alpha = constant(graph, "alpha", random.floats(channels));
        String scaled = graph.add("scaled", "Mul", List.of(alpha, relu), FLOAT);
        String positive = graph.add("positive", "Relu", List.of(last), FLOAT);
        return graph.add("prelu", "AddV2", List.of(positive, scaled), FLOAT);
      }
      default -> {
        return graph.add(op, op, List.of(last), FLOAT);
      }
    }
  }

  @Test
  void layersGiveWhatTheyGave() {
    for (int seed = 0; seed < 400; seed++) {
      RandomArrays random = new RandomArrays(seed);
      GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
      String kind = random.of("Conv2D", "DepthwiseConv2dNative", "MatMul");
      int channels = layer(graph, kind, random);
      List<String> tensors = new ArrayList<>(List.of("layer"));
      for (int i = random.below(5); i >= 0; i--) {
        tensors.add(step(graph, kind, tensors.get(tensors.size() - 1), channels, random));
      }
      List<String> outputs = new ArrayList<>(List.of(tensors.get(tensors.size() - 1)));
      if (random.below(4) == 0) {
        outputs.add(random.of(tensors.toArray(String[]::new)));
      }
      FrozenGraph before = graph(graph, List.of("x"), outputs);
      FrozenGraph after = passed(before);
      Map<String, Array.Dense> inputs =
          Map.of("x", kind.equals("MatMul") ? random.floats(5, 3) : random.floats(2, 6, 6, 3));
      String what = seed + ": " + operations(before) + " became " + operations(after);
      assertSame(what, run(before, inputs), run(after, inputs));
      assertThat(operations(after).size()).as(what).isLessThanOrEqualTo(operations(before).size());
    }
  }

  @Test
  void aLayerWithANormalisationAndAnActivationBecomesOneOperation() {
    Map<String, String> fused =
        Map.of("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "_FusedDepthwiseConv2dNative");
    fused.forEach(
        (kind, op) -> {
          RandomArrays random = new RandomArrays(7);
          GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
          int channels = layer(graph, kind, random);
          String bias = constant(graph, "b", random.floats(channels));
          graph.add("biased", "BiasAdd", List.of("layer", bias), FLOAT);
          List<String> inputs = new ArrayList<>(List.of("biased"));
          for (String name : List.of("scale", "offset", "mean")) {
            inputs.add(constant(graph, name, random.floats(channels)));
          }
          inputs.add(constant(graph, "variance", random.units(channels)));
          graph.add(
              "norm",
              "FusedBatchNormV3",
              inputs,
              Map.of(
                  "T", Protos.attr(DataType.DT_FLOAT),
                  "U", Protos.attr(DataType.DT_FLOAT),
                  "is_training", Protos.attr(false),
                  "epsilon", AttrValue.newBuilder().setF(0.1f).build()));
          graph.add("y", "Relu6", List.of("norm"), FLOAT);
          FrozenGraph after = passed(graph(graph, List.of("x"), List.of("y")));
          assertThat(operations(after)).containsExactly(op);
          NodeDef node =
              after.graph().getNodeList().stream()
                  .filter(n -> n.getOp().equals(op))
                  .findFirst()
                  .orElseThrow();
          assertThat(node.getAttrOrThrow("fused_ops").getList().getSList())
              .containsExactly(
                  ByteString.copyFromUtf8("BiasAdd"), ByteString.copyFromUtf8("Relu6"));
          assertThat(node.getInputCount()).isEqualTo(3);
        });
  }

  @Test
  void aSumThatWidensALayerIsNotItsBias() {
    RandomArrays random = new RandomArrays(3);
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("x", DataType.DT_FLOAT);
    graph.add("layer", "MatMul", List.of("x", constant(graph, "w", random.floats(3, 4))), FLOAT);
    graph.add("y", "AddV2", List.of("layer", constant(graph, "c", random.floats(1, 1, 4))), FLOAT);
    graph.add("z", "Mul", List.of("y", constant(graph, "d", random.floats(1, 1, 4))), FLOAT);
    FrozenGraph before = graph(graph, List.of("x"), List.of("z"));
    Map<String, Array.Dense> inputs = Map.of("x", random.floats(5, 3));
    assertSame("wider", run(before, inputs), run(passed(before), inputs));
  }

  @Test
  void whatDependsOnNoInputIsComputedOnce() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("x", DataType.DT_FLOAT);
    String a = constant(graph, "a", Array.Dense.vector(Values.of(1f, 2f)));
    String b = constant(graph, "b", Array.Dense.vector(Values.of(3f, 5f)));
    graph.add("product", "Mul", List.of(a, b), FLOAT);
    graph.add("exp", "Sqrt", List.of("product"), FLOAT);
    graph.add("y", "AddV2", List.of("x", "exp"), FLOAT);
    graph.add("z", "Neg", List.of("product"), FLOAT);
    FrozenGraph before = graph(graph, List.of("x"), List.of("y", "z"));
    FrozenGraph after = passed(before);
    assertThat(operations(after)).containsExactly("AddV2");
    assertThat(after.outputs().stream().map(Port::name)).containsExactly("y", "z");
    Map<String, Array.Dense> inputs = Map.of("x", Array.Dense.vector(Values.of(0.5f, 7f)));
    assertSame("folded", run(before, inputs), run(after, inputs));
  }

  @Test
  void whatGrowsIsLeftToTheRuntime() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("x", DataType.DT_FLOAT);
    String one = constant(graph, "one", Array.Dense.scalar(Values.of(1f)));
    graph.add(
        "filled",
        "Fill",
        List.of(graph.vector("dims", 1000, 1000), one),
        Map.of("T", Protos.attr(DataType.DT_FLOAT), "index_type", Protos.attr(DataType.DT_INT32)));
    String column = constant(graph, "column", new RandomArrays(1).floats(2000, 1));
    String row = constant(graph, "row", new RandomArrays(2).floats(1, 2000));
    graph.add("table", "Mul", List.of(column, row), FLOAT);
    graph.add("y", "AddV2", List.of("x", "filled"), FLOAT);
    graph.add("z", "AddV2", List.of("x", "table"), FLOAT);
    FrozenGraph after = passed(graph(graph, List.of("x"), List.of("y", "z")));
    assertThat(operations(after)).contains("Fill", "Mul");
    assertThat(after.graph().getSerializedSize()).isLessThan(100_000);
  }

  @Test
  void whatFailsWithoutInputsFailsInTheCallThatReachesIt() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("x", DataType.DT_INT32);
    Map<String, AttrValue> whole = Map.of("T", Protos.attr(DataType.DT_INT32));
    graph.add(
        "failing", "FloorDiv", List.of(graph.scalar("one", 1), graph.scalar("none", 0)), whole);
    graph.add("y", "AddV2", List.of("x", "failing"), whole);
    FrozenGraph after = passed(graph(graph, List.of("x"), List.of("y")));
    assertThat(operations(after)).contains("FloorDiv");
  }

  @Test
  void checksAndCopiesAndTwinsAreLeftOut() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("x", DataType.DT_FLOAT);
    graph.placeholder("unused", DataType.DT_FLOAT);
    graph.add("same", "Identity", List.of("x", "^unused"), FLOAT);
    graph.add(
        "checked",
        "CheckNumerics",
        List.of("same"),
        Map.of("T", Protos.attr(DataType.DT_FLOAT), "message", Protos.attr("not finite")));
    graph.add(
        "both",
        "IdentityN",
        List.of("checked", "same"),
        Map.of("T", Protos.types(List.of(DataType.DT_FLOAT, DataType.DT_FLOAT))));
    graph.add("a", "Exp", List.of("both:1"), FLOAT);
    graph.add("b", "Exp", List.of("both:0"), FLOAT);
    graph.add("y", "AddV2", List.of("a", "b"), FLOAT);
    graph.add("z", "StopGradient", List.of("b"), FLOAT);
    FrozenGraph after = passed(graph(graph, List.of("x", "unused"), List.of("y", "z")));
    assertThat(operations(after)).containsExactly("Exp", "AddV2");
    assertThat(after.inputs().stream().map(Port::name)).containsExactly("x", "unused");
    assertThat(after.outputs().stream().map(Port::name)).containsExactly("y", "z");
    assertThat(after.outputs().get(1).tensor()).isEqualTo("a:0");
  }

  @Test
  void shapesThatAreKnownAreConstants() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    Map<String, AttrValue> placeholder = new HashMap<>();
    placeholder.put("dtype", Protos.attr(DataType.DT_FLOAT));
    placeholder.put("shape", Protos.attr(Shape.of(-1, 8)));
    graph.add("x", "Placeholder", List.of(), placeholder);
    graph.add(
        "shape",
        "Shape",
        List.of("x"),
        Map.of("T", Protos.attr(DataType.DT_FLOAT), "out_type", Protos.attr(DataType.DT_INT32)));
    Map<String, AttrValue> slice =
        Map.of(
            "T", Protos.attr(DataType.DT_INT32),
            "Index", Protos.attr(DataType.DT_INT32),
            "shrink_axis_mask", Protos.attr(1L));
    for (int i = 0; i < 2; i++) {
      graph.add(
          "dim" + i,
          "StridedSlice",
          List.of(
              "shape",
              graph.vector("begin" + i, i),
              graph.vector("end" + i, i + 1),
              graph.vector("step" + i, 1)),
          slice);
    }
    FrozenGraph before = graph(graph, List.of("x"), List.of("dim0", "dim1"));
    FrozenGraph after = passed(before);
    assertThat(operations(after)).containsExactly("Shape", "StridedSlice");
    Map<String, Array.Dense> inputs = Map.of("x", new RandomArrays(1).floats(3, 8));
    List<Array.Dense> got = run(after, inputs);
    assertThat(got).isEqualTo(run(before, inputs));
    assertThat(got.get(1).dtype()).isEqualTo(DType.INT32);
  }
}
