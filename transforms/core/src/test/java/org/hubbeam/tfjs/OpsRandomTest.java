// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.NodeModels;
import org.hubbeam.testing.OperationCases;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** The operations of {@code ops-random.js} against TensorFlow's. */
class OpsRandomTest {
  private final RandomArrays random = new RandomArrays(20);
  private final OperationCases cases = new OperationCases(OpsScript.text());

  private Array.Dense seed() {
    return random.below(2) == 0
        ? RandomArrays.whole(DType.INT32, random.random.nextInt(), random.below(99))
        : Array.Dense.vector(Values.of((long) random.random.nextInt(), random.below(9)));
  }

  private Array.Dense shape() {
    return RandomArrays.whole(DType.INT32, random.below(5), 1 + random.below(7));
  }

  @Test
  void numbersOfASeed() {
    for (int i = 0; i < 1000; i++) {
      for (String operation :
          List.of("StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal")) {
        cases.add(operation, Map.of("dtype", type()), shape(), seed());
      }
      DType whole = random.of(DType.INT32, DType.INT64);
      cases.add(
          "StatelessRandomUniformInt",
          Map.of("dtype", whole),
          shape(),
          seed(),
          scalar(whole, -random.below(1000)),
          scalar(whole, 1 + random.below(2_000_000_000)));
      cases.add("StatelessRandomUniformFullInt", Map.of("dtype", DType.INT32), shape(), seed());
    }
    cases.check(3e-6);
  }

  private DType type() {
    return random.of(DType.FLOAT32, DType.FLOAT32, DType.FLOAT64);
  }

  private static Array.Dense scalar(DType type, int value) {
    return RandomArrays.whole(type, List.of(), value);
  }

  @Test
  void numbersOfAKeyAndACounter() {
    for (int i = 0; i < 1000; i++) {
      String name = "seeded" + i;
      Array.Dense seed = seed();
      String fed = cases.input(name + "/seed", seed);
      boolean separate = random.below(2) == 0;
      String key =
          cases.node(
              name + "/key",
              separate ? "StatelessRandomGetKeyCounter" : "StatelessRandomGetKeyCounterAlg",
              Map.of("Tseed", seed.dtype()),
              List.of(fed));
      String algorithm =
          separate
              ? cases.node(name + "/algorithm", "StatelessRandomGetAlg", Map.of(), List.of())
              : key + ":2";
      String operation =
          random.of(
              "StatelessRandomUniformV2",
              "StatelessRandomNormalV2",
              "StatelessTruncatedNormalV2",
              "StatelessRandomUniformIntV2",
              "StatelessRandomUniformFullIntV2");
      DType type = operation.contains("Int") ? DType.INT32 : type();
      String size = cases.input(name + "/shape", shape());
      List<String> inputs = new ArrayList<>(List.of(size, key, key + ":1", algorithm));
      if (operation.equals("StatelessRandomUniformIntV2")) {
        inputs.add(cases.input(name + "/low", RandomArrays.scalar(-5)));
        inputs.add(cases.input(name + "/high", RandomArrays.scalar(7)));
      }
      cases.output(
          cases.node(
                  name + "/numbers",
                  operation,
                  Map.of("dtype", type, "Tshape", DType.INT32),
                  inputs)
              + ":0");
    }
    cases.check(3e-6);
  }

  @Test
  void drawsOfClasses() {
    for (int i = 0; i < 200; i++) {
      cases.add(
          "StatelessMultinomial",
          Map.of("output_dtype", random.of(DType.INT32, DType.INT64)),
          random.floats(1, 1 + random.below(5)),
          RandomArrays.scalar(random.below(9)),
          seed());
    }
    cases.check(0);
  }

  @Test
  void wholeNumbersOf64BitsAreRefused() {
    OperationCases wide = new OperationCases(OpsScript.text());
    wide.add("StatelessRandomUniformFullInt", Map.of("dtype", DType.INT64), shape(), seed());
    RuntimeException refused = assertThrows(NodeModels.NodeException.class, () -> wide.check(0));
    assertTrue(
        refused.getMessage().endsWith("do not fit into what JavaScript has"), refused.getMessage());
  }

  @Test
  void manyNumbersAreThoseOfTensorFlow() {
    for (String operation : List.of("StatelessRandomNormal", "StatelessTruncatedNormal")) {
      cases.add(
          operation,
          Map.of("dtype", DType.FLOAT32),
          RandomArrays.whole(DType.INT32, 300, 333),
          RandomArrays.whole(DType.INT32, 3, 4));
    }
    cases.check(3e-6);
  }

  @Test
  void narrowedGraphsKeepTheNumbersOfTheirTypes() {
    for (DType type : List.of(DType.FLOAT64, DType.FLOAT32)) {
      GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
      graph.placeholder("seed", DataType.DT_INT32);
      graph.add(
          "numbers",
          "StatelessRandomUniform",
          List.of(graph.vector("shape", 7), "seed"),
          Map.of(
              "dtype",
              Protos.attr(type.proto()),
              "T",
              Protos.attr(DataType.DT_INT32),
              "Tseed",
              Protos.attr(DataType.DT_INT32)));
      FrozenGraph frozen =
          new FrozenGraph(
              graph.graph(),
              List.of(new Port("seed", "seed:0", DataType.DT_INT32, Shape.UNKNOWN)),
              List.of(new Port("numbers", "numbers:0", type.proto(), Shape.UNKNOWN)),
              List.of());
      Map<String, Array.Dense> seed = Map.of("seed", RandomArrays.whole(DType.INT32, 3, 4));
      Array.Dense wanted = OperationCases.truth(graph.graph(), seed, List.of("numbers:0")).get(0);
      FrozenGraph narrowed = Narrowing.of(frozen);
      GraphEditor run = new GraphEditor(narrowed.graph());
      run.remove("shape");
      run.placeholder("shape", DataType.DT_INT32);
      Map<String, Array.Dense> fed = new LinkedHashMap<>(seed);
      fed.put("shape", RandomArrays.whole(DType.INT32, 7));
      Array got = NodeModels.graph(OpsScript.text(), run.graph(), fed, List.of("numbers:0")).get(0);
      assertArrayEquals(
          ((Values.Numbers) wanted.values()).roundedToFloats(),
          ((Values.Numbers) got.values()).toFloats());
    }
  }
}
