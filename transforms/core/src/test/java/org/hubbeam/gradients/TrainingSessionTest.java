// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.GraphNodes;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Functions of modules in training: their variables, updates and losses. */
final class TrainingSessionTest {

  private static TrainableFunction function(Path folder, String name) {
    return TrainableFunction.of(folder, ModuleOptions.DEFAULT, FunctionChoice.of(name));
  }

  private static Path custom() {
    return TestFiles.root().resolve("testdata/goldens/gradients/custom_gradients");
  }

  private static Array.Dense random(long... dims) {
    long size = 1;
    List<Long> shape = new ArrayList<>();
    for (long dim : dims) {
      size *= dim;
      shape.add(dim);
    }
    double[] values = new Random(3).doubles(size, -1, 1).toArray();
    return new Array.Dense(shape, TestLoss.numbers(DType.FLOAT32, values));
  }

  @Test
  void movingAveragesMoveOnceAStep() {
    Path folder = TestFiles.zoo("image_feature_vector");
    TrainableFunction function = function(folder, "__call__");
    Array.Dense pictures = random(2, 40, 40, 3);
    TestLoss loss = TestLoss.ofSquares(function);
    FunctionChoice training = FunctionChoice.of("__call__").with("training", true);
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT);
        TrainingSession session = TrainingSession.open(function, loss.graph(), Map.of())) {
      for (int step = 0; step < 3; step++) {
        module.function(training).call(Map.of("inputs", pictures));
        session.step(
            function.feeds(Map.of("inputs", pictures)), List.of(loss.tensor()), function.updates());
        for (String average : List.of("moving_mean", "moving_variance")) {
          assertThat(session.value(average).values()).isEqualTo(module.variable(average).values());
        }
      }
      assertThat(session.value("gamma").values()).isEqualTo(module.variable("gamma").values());
    }
  }

  @Test
  void regularizationLossesAreThoseOfTheModule() {
    Path folder = TestFiles.zoo("image_feature_vector");
    TrainableFunction function = function(folder, "__call__");
    List<String> losses = function.regularizationLosses();
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT);
        TrainingSession session = TrainingSession.open(function, function.graph(), Map.of())) {
      List<Array.Dense> values = session.step(Map.of(), losses, List.of());
      float[] expected = module.regularizationLosses();
      assertThat(values).hasSize(expected.length).isNotEmpty();
      for (int i = 0; i < expected.length; i++) {
        assertThat(values.get(i).values().get(0)).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"silu", "swish"})
  void siluNeedsNoGradientOfItsOwn(String name) {
    TrainableFunction function = function(custom(), name);
    assertThat(function.trainability()).hasToString("trainable: 1 of 1 variables");
    isThatOfDifferences(function, Map.of("x", random(3, 2)), "kernel");
  }

  @Test
  void customGradientsAreRefused() {
    TrainableFunction function = function(custom(), "reverse");
    assertThat(function.trainability().toString())
        .contains("trainable: 0 of 1 variables; IdentityN has a gradient of its own")
        .contains("between 'kernel' and 'output'");
    TestLoss loss = TestLoss.ofSquares(function);
    String variable = function.variables().get(0).node();
    assertThatThrownBy(() -> VariableGradients.of(loss.graph(), loss.tensor(), List.of(variable)))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("IdentityN has a gradient of its own");
  }

  @Test
  void functionsOfTF1AreTrainedAsTheyAreComposed() {
    Path folder = TestFiles.zoo("tf1_hub");
    TrainableFunction function = function(folder, "default");
    ModuleVariable variable = function.variables().get(0);
    assertThat(variable.trainable()).isTrue();
    Map<String, Array> texts =
        Map.of("default", Array.Dense.vector(Values.of("The world is old", "never again!")));
    String output = function.outputTensors().get("default").get(0);
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT);
        TrainingSession session = TrainingSession.open(function, function.graph(), Map.of())) {
      assertThat(session.value(variable.path()).values())
          .isEqualTo(module.variable(variable.path()).values());
      assertThat(session.step(function.feeds(texts), List.of(output), List.of()).get(0).values())
          .isEqualTo(
              module.function(FunctionChoice.of("default")).call(texts).get("default").values());
    }
    TestLoss loss = TestLoss.ofSquares(function);
    VariableGradients gradients =
        VariableGradients.of(loss.graph(), loss.tensor(), List.of(variable.node()));
    try (TrainingSession session = TrainingSession.open(function, gradients.graph(), Map.of())) {
      Map<String, Array.Dense> feeds = function.feeds(texts);
      VariableGradient gradient = gradients.gradients().get(0);
      Array.Dense value = session.value(variable.path());
      double[] numbers = TestLoss.doubles(value);
      double[] given = TestLoss.dense(session, feeds, gradient, numbers.length);
      double before = loss.value(session, feeds);
      double squares = 0;
      for (int i = 0; i < given.length; i++) {
        numbers[i] -= 1e-3 * given[i];
        squares += given[i] * given[i];
      }
      session.assign(
          variable.path(), new Array.Dense(value.dims(), TestLoss.numbers(value.dtype(), numbers)));
      assertThat(squares).isPositive();
      assertThat(loss.value(session, feeds))
          .isCloseTo(before - 1e-3 * squares, offset(2e-2 * 1e-3 * squares + 1e-6 * before));
    }
  }

  @Test
  void addedVariablesAreTrainedBesideTheModules() {
    TrainableFunction function = function(custom(), "silu");
    GraphNodes nodes = new GraphNodes(function.graph());
    String output = function.outputTensors().get("output").get(0);
    String weights = nodes.variable("head", DataType.DT_FLOAT, org.hubbeam.batch.Shape.of(3, 2));
    String read = nodes.read("head/read", List.of(weights + ":0"), DataType.DT_FLOAT);
    String scores =
        nodes.node(
            "head/scores",
            "MatMul",
            List.of(output, read + ":0"),
            Map.of("T", Protos.attr(DataType.DT_FLOAT)));
    TestLoss loss = TestLoss.ofSquares(nodes.graph().build(), List.of(scores + ":0"));
    List<String> variables = List.of("head", function.variables().get(0).node());
    VariableGradients gradients = VariableGradients.of(loss.graph(), loss.tensor(), variables);
    Array.Dense start = random(3, 2);
    try (TrainingSession session =
            TrainingSession.open(function, gradients.graph(), Map.of("head", start));
        TrainingSession other =
            TrainingSession.open(function, gradients.graph(), Map.of("head", random(3, 2)))) {
      Map<String, Array.Dense> feeds = function.feeds(Map.of("x", random(4, 2)));
      compare(session, feeds, loss, gradients.gradients().get(0), "head");
      compare(session, feeds, loss, gradients.gradients().get(1), "kernel");
      session.assign("head", random(3, 2));
      assertThat(session.value("head").values()).isEqualTo(start.values());
      assertThat(other.value("kernel").values()).isEqualTo(session.value("kernel").values());
      assertThatThrownBy(() -> session.value("none"))
          .isInstanceOf(ModuleException.class)
          .hasMessage("there is no variable 'none'; there are [kernel, head]");
    }
  }

  private static void isThatOfDifferences(
      TrainableFunction function, Map<String, Array> inputs, String path) {
    TestLoss loss = TestLoss.ofSquares(function);
    String node = function.variables().get(0).node();
    VariableGradients gradients = VariableGradients.of(loss.graph(), loss.tensor(), List.of(node));
    try (TrainingSession session = TrainingSession.open(function, gradients.graph(), Map.of())) {
      compare(session, function.feeds(inputs), loss, gradients.gradients().get(0), path);
    }
  }

  private static void compare(
      TrainingSession session,
      Map<String, Array.Dense> feeds,
      TestLoss loss,
      VariableGradient gradient,
      String path) {
    Array.Dense value = session.value(path);
    double[] numbers = TestLoss.doubles(value);
    double[] given = TestLoss.dense(session, feeds, gradient, numbers.length);
    double step = 1e-2;
    for (int i = 0; i < numbers.length; i++) {
      double[] both = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] moved = numbers.clone();
        moved[i] += side == 0 ? step : -step;
        session.assign(path, new Array.Dense(value.dims(), TestLoss.numbers(DType.FLOAT32, moved)));
        both[side] = loss.value(session, feeds);
      }
      assertThat(given[i])
          .as(path + "[" + i + "]")
          .isCloseTo((both[0] - both[1]) / (2 * step), offset(2e-3));
    }
    session.assign(path, value);
  }

  /** Uses of one table as a whole, by rows, twice by rows, and by places. */
  @ParameterizedTest
  @ValueSource(strings = {"whole", "rows", "rows rows", "whole rows", "places rows", "batched"})
  void usesOfAVariableAreSummed(String uses) {
    TrainableFunction function = function(custom(), "silu");
    GraphNodes nodes = new GraphNodes(function.graph());
    nodes.variable("table", DataType.DT_FLOAT, org.hubbeam.batch.Shape.of(4, 2));
    List<String> read = new ArrayList<>();
    for (String use : uses.split(" ", -1)) {
      read.add(use(nodes, use, read.size()) + ":0");
    }
    GraphDef graph = PlainGradients.of(nodes.graph().build());
    TestLoss loss = TestLoss.ofSquares(graph, read);
    VariableGradients gradients =
        VariableGradients.of(loss.graph(), loss.tensor(), List.of("table"));
    VariableGradient gradient = gradients.gradients().get(0);
    assertThat(gradient)
        .isInstanceOf(
            uses.startsWith("rows") ? VariableGradient.Sparse.class : VariableGradient.Dense.class);
    try (TrainingSession session =
        TrainingSession.open(function, gradients.graph(), Map.of("table", random(4, 2)))) {
      compare(session, Map.of(), loss, gradient, "table");
    }
  }

  private static String use(GraphNodes nodes, String use, int number) {
    String name = use + number;
    var floats = Protos.attr(DataType.DT_FLOAT);
    return switch (use) {
      case "whole" -> nodes.read(name, List.of("table:0"), DataType.DT_FLOAT);
      case "places" ->
          nodes.node(
              name,
              "ResourceGatherNd",
              List.of("table:0", ints(nodes, List.of(2L, 2L), 3, 0, 1, 1)),
              Map.of("dtype", floats, "Tindices", Protos.attr(DataType.DT_INT32)));
      case "batched" ->
          nodes.node(
              name,
              "ResourceGather",
              List.of("table:0", ints(nodes, List.of(4L, 1L), 1, 0, 1, 1)),
              Map.of(
                  "dtype", floats,
                  "Tindices", Protos.attr(DataType.DT_INT32),
                  "batch_dims", Protos.attr(1L)));
      default ->
          nodes.node(
              name,
              "ResourceGather",
              List.of("table:0", ints(nodes, List.of(2L, 2L), 3, 0, 3, number)),
              Map.of("dtype", floats, "Tindices", Protos.attr(DataType.DT_INT32)));
    };
  }

  private static String ints(GraphNodes nodes, List<Long> dims, int... values) {
    return nodes.constant("ints", Protos.tensor(new Array.Dense(dims, Values.of(values)))) + ":0";
  }
}
