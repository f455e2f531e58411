// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
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
import org.tensorflow.proto.GraphDef;

class ListItemsTest {
  private static final AttrValue INT = Protos.attr(DataType.DT_INT32);
  private static final List<DataType> TYPES =
      List.of(DataType.DT_INT32, DataType.DT_INT32, DataType.DT_VARIANT, DataType.DT_INT32);

  private enum Returned {
    NOT,
    AS_A_COPY
  }

  /** The squares of 0 to n - 1, in a list. */
  private static FrozenGraph squares(Returned returned) {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    GraphEditor test = loop(Returned.NOT);
    test.remove("set");
    GraphToFunction condition = new GraphToFunction(test);
    List.of("i", "n", "list", "last").forEach(condition::argument);
    condition.result("less", DataType.DT_BOOL);
    graph.addFunctions(List.of(condition.function(graph, "condition")));
    GraphEditor body = loop(returned);
    GraphToFunction function = new GraphToFunction(body);
    List.of("i", "n", "list", "last").forEach(function::argument);
    function.result("next", DataType.DT_INT32);
    function.result("n", DataType.DT_INT32);
    function.result("set", DataType.DT_VARIANT);
    function.result(returned == Returned.NOT ? "last" : "copy", DataType.DT_INT32);
    graph.addFunctions(List.of(function.function(graph, "body")));

    graph.placeholder("count", DataType.DT_INT32);
    String zero = graph.scalar("zero", 0);
    String shape = graph.vector("shape");
    graph.add(
        "reserved",
        "TensorListReserve",
        List.of(shape, "count"),
        Map.of("element_dtype", INT, "shape_type", INT));
    graph.add(
        "while",
        "StatelessWhile",
        List.of(zero, "count", "reserved", zero),
        Map.of(
            "T",
            Protos.types(TYPES),
            "cond",
            Protos.function("condition"),
            "body",
            Protos.function("body")));
    graph.add(
        "squares",
        "TensorListStack",
        List.of("while:2", shape),
        Map.of("element_dtype", INT, "num_elements", Protos.attr(-1)));
    return new FrozenGraph(
        graph.graph(),
        List.of(new Port("count", "count:0", DataType.DT_INT32, Shape.UNKNOWN)),
        List.of(new Port("squares", "squares:0", DataType.DT_INT32, Shape.UNKNOWN)),
        List.of());
  }

  private static GraphEditor loop(Returned returned) {
    GraphEditor body = new GraphEditor(GraphDef.getDefaultInstance());
    body.placeholder("i", DataType.DT_INT32);
    body.placeholder("n", DataType.DT_INT32);
    body.placeholder("list", DataType.DT_VARIANT);
    body.placeholder("last", DataType.DT_INT32);
    body.add("less", "Less", List.of("i", "n"), Map.of("T", INT));
    body.add("next", "AddV2", List.of("i", body.scalar("one", 1)), Map.of("T", INT));
    body.add("square", "Mul", List.of("i", "i"), Map.of("T", INT));
    body.add(
        "set", "TensorListSetItem", List.of("list", "i", "square"), Map.of("element_dtype", INT));
    if (returned == Returned.AS_A_COPY) {
      body.identity("copy", "square", DataType.DT_INT32);
    }
    return body;
  }

  private static void check(Returned returned, List<String> script, Path folder) throws Exception {
    FrozenGraph kept = ListItems.of(squares(returned));
    List<OpSupport.Finding> brought =
        OpSupport.check(kept.graph()).stream()
            .filter(f -> f.support().where() == OpSupport.Where.SCRIPT)
            .toList();
    assertEquals(script, brought.stream().map(OpSupport.Finding::operation).distinct().toList());
    GraphModelFolder.write(
        new GraphModel(kept.graph(), kept.inputs(), kept.outputs(), List.of(), script),
        folder,
        Quantization.NONE,
        Existing.REFUSE);
    assertEquals(
        Map.of("squares", Array.Dense.vector(Values.of(0, 1, 4, 9))),
        NodeModels.run(folder, Map.of("count", new Array.Dense(List.of(), Values.of(4)))));
  }

  @Test
  void itemsThatTheLoopDoesNotReturnAreCopied(@TempDir Path work) throws Exception {
    check(Returned.NOT, List.of("TensorListSetItem"), work.resolve("model"));
  }

  @Test
  void itemsThatAreReturnedAsCopiesAreReturnedThemselves(@TempDir Path work) throws Exception {
    check(Returned.AS_A_COPY, List.of(), work.resolve("model"));
  }
}
