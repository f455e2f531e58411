// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphToFunction;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.NodeModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class OutputPlacesTest {

  private static NodeDef node(String name, String operation, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(operation).addAllInput(List.of(inputs)).build();
  }

  @Test
  void numbersArePlacesAmongAllTensorsOfANode() {
    NodeDef gathered =
        node("gather", "RaggedGather", "splits", "values", "top:indices:0").toBuilder()
            .putAttr("OUTPUT_RAGGED_RANK", AttrValue.newBuilder().setI(2).build())
            .build();
    FunctionDef function =
        FunctionDef.newBuilder()
            .addNodeDef(node("top", "TopKV2", "x", "k"))
            .addNodeDef(gathered)
            .addNodeDef(node("split", "Split", "axis", "top:values:0"))
            .addNodeDef(node("end", "Identity", "gather:output_nested_splits:1"))
            .putRet("values", "gather:output_dense_values:0")
            .putRet("last", "split:output:2")
            .build();
    FunctionDef placed = OutputPlaces.placed(function);
    assertEquals("top:indices:1", placed.getNodeDef(1).getInput(2));
    assertEquals("top:values:0", placed.getNodeDef(2).getInput(1));
    assertEquals("gather:output_nested_splits:1", placed.getNodeDef(3).getInput(0));
    assertEquals("gather:output_dense_values:2", placed.getRetOrThrow("values"));
    assertEquals("split:output:2", placed.getRetOrThrow("last"));
    assertEquals(function, OutputPlaces.named(placed));
  }

  @Test
  void theRuntimeAndTensorFlowReadTheSame(@TempDir Path work) throws Exception {
    GraphEditor branch = new GraphEditor(GraphDef.getDefaultInstance());
    branch.placeholder("x", DataType.DT_FLOAT);
    branch.add(
        "top",
        "TopKV2",
        List.of("x", branch.scalar("k", 2)),
        Map.of("T", Protos.attr(DataType.DT_FLOAT)));
    GraphToFunction function = new GraphToFunction(branch);
    function.argument("x");
    function.result("top:1", DataType.DT_INT32);
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.addFunctions(List.of(function.function(graph, "indices")));
    graph.placeholder("x", DataType.DT_FLOAT);
    graph.placeholder("flag", DataType.DT_BOOL);
    graph.add(
        "out",
        "StatelessIf",
        List.of("flag", "x"),
        Map.of(
            "Tcond",
            Protos.attr(DataType.DT_BOOL),
            "Tin",
            Protos.types(List.of(DataType.DT_FLOAT)),
            "Tout",
            Protos.types(List.of(DataType.DT_INT32)),
            "then_branch",
            Protos.function("indices"),
            "else_branch",
            Protos.function("indices")));
    GraphModel model =
        new GraphModel(
            graph.graph(),
            List.of(
                new Port("x", "x:0", DataType.DT_FLOAT, Shape.UNKNOWN),
                new Port("flag", "flag:0", DataType.DT_BOOL, Shape.UNKNOWN)),
            List.of(new Port("out", "out:0", DataType.DT_INT32, Shape.UNKNOWN)),
            List.of(),
            List.of());
    Path folder = work.resolve("model");
    GraphModelFolder.write(model, folder, Quantization.NONE, Existing.REFUSE);
    Map<String, Array.Dense> inputs =
        Map.of(
            "x",
            Array.Dense.vector(Values.of(1f, 7f, 3f)),
            "flag",
            new Array.Dense(List.of(), new Values.Numbers(DType.BOOL, new byte[] {1})));
    Map<String, Array> wanted = Map.of("out", Array.Dense.vector(Values.of(1, 2)));
    try (GraphModelSession session = GraphModelSession.open(GraphModelFolder.read(folder))) {
      assertEquals(wanted, session.run(inputs));
    }
    assertEquals(wanted, NodeModels.run(folder, Map.copyOf(inputs)));
  }
}
