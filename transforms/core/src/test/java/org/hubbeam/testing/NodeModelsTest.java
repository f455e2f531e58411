// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

class NodeModelsTest {

  private static NodeDef node(String operation, DType type) {
    return NodeDef.newBuilder()
        .setName("it")
        .setOp(operation)
        .putAttr("T", AttrValue.newBuilder().setType(type.proto()).build())
        .build();
  }

  private static void comesBack(Values values, List<Long> dims) {
    Array array = new Array.Dense(dims, values);
    assertEquals(List.of(array), NodeModels.op(node("Identity", values.dtype()), List.of(array)));
  }

  @Test
  void arraysAreExact() {
    comesBack(
        Values.of(Float.NaN, Float.NEGATIVE_INFINITY, -0.0f, Float.MIN_VALUE, 1e38f, 0.1f),
        List.of(2L, 3L));
    comesBack(Values.of(Integer.MIN_VALUE, -1, Integer.MAX_VALUE), List.of(3L));
    comesBack(new Values.Numbers(DType.BOOL, new byte[] {0, 1}), List.of(2L));
    comesBack(
        Values.ofBytes(
            List.of(
                "ä\0\ud83d\ude00".getBytes(StandardCharsets.UTF_8),
                new byte[] {-1, -128},
                new byte[0])),
        List.of(1L, 3L));
    comesBack(new Values.Numbers(DType.COMPLEX64, Values.of(1f, 2f, 3f, 4f).bytes()), List.of(2L));
    comesBack(Values.of(new String[0]), List.of(0L, 2L));
    comesBack(Values.of(new float[0]), List.of(3L, 0L));
    comesBack(Values.of(7), List.of());
  }

  @Test
  void typesThatJavaScriptLacksAreConverted() {
    Array wide = Array.Dense.vector(Values.of(5L, -6L));
    assertEquals(
        List.of(Array.Dense.vector(Values.of(-5, 6))),
        NodeModels.op(node("Neg", DType.INT64), List.of(wide)));
    Array large = Array.Dense.vector(Values.of(1L << 31));
    assertThrows(
        ArithmeticException.class, () -> NodeModels.op(node("Neg", DType.INT64), List.of(large)));
  }

  @Test
  void failuresTellWhatTheRuntimeSays() {
    Array array = Array.Dense.vector(Values.of("a"));
    Exception unknown =
        assertThrows(
            NodeModels.NodeException.class,
            () -> NodeModels.op(node("StringLower", DType.STRING), List.of(array)));
    assertTrue(unknown.getMessage().startsWith("Unknown op 'StringLower'"), unknown.getMessage());
    assertEquals(
        List.of(Array.Dense.vector(Values.of("A"))),
        NodeModels.op(
            "tf.registerOp('StringLower', node => tf.tensor(['A'], [1], 'string'));",
            node("StringLower", DType.STRING),
            List.of(array)));
    // What a script registers is gone with it.
    assertThrows(
        NodeModels.NodeException.class,
        () -> NodeModels.op(node("StringLower", DType.STRING), List.of(array)));
  }

  @Test
  void foldersRunByTheNamesOfTheirSignature(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("model.json"),
        """
        {"format": "graph-model",
         "signature": {
           "inputs": {"text": {"name": "in:0", "dtype": "DT_FLOAT", "tensorShape": {}}},
           "outputs": {"second": {"name": "Split:1"}, "first": {"name": "Split:0"}}},
         "modelTopology": {"node": [
           {"name": "in", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}}},
           {"name": "axis", "op": "Const", "attr": {"dtype": {"type": "DT_INT32"},
             "value": {"tensor": {"dtype": "DT_INT32", "tensorShape": {}}}}},
           {"name": "Split", "op": "Split", "input": ["axis", "in"],
             "attr": {"num_split": {"i": "2"}, "T": {"type": "DT_FLOAT"}}}],
           "versions": {"producer": 1882}},
         "weightsManifest": [
           {"paths": ["w.bin"], "weights": [{"name": "axis", "shape": [], "dtype": "int32"}]}]}
        """);
    Files.write(folder.resolve("w.bin"), new byte[4]);
    Map<String, Array> inputs = Map.of("text", Array.Dense.vector(Values.of(1f, 2f)));
    NodeModels.Run run = NodeModels.run(folder, inputs, 3);
    assertEquals(
        Map.of(
            "first",
            Array.Dense.vector(Values.of(1f)),
            "second",
            Array.Dense.vector(Values.of(2f))),
        run.outputs());
    assertEquals(3, run.milliseconds().size());
    assertEquals(3, run.nodes());
    assertEquals(0, run.kept());
    Exception wrong =
        assertThrows(NodeModels.NodeException.class, () -> NodeModels.run(folder, Map.of()));
    assertEquals("no input text was given; given were ", wrong.getMessage());
  }
}
