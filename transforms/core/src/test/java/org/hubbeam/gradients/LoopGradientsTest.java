// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.ModuleWriter.Learning;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of functions that loop and branch are those of Python's tape. */
final class LoopGradientsTest {

  private static final double TOLERANCE = 1e-5;

  private static Path folder(String name) {
    return TestFiles.root().resolve("testdata/goldens/loops").resolve(name);
  }

  private static TrainableFunction function(String module, String signature) {
    return TrainableFunction.of(
        folder(module), ModuleOptions.DEFAULT, new FunctionChoice(signature, Map.of()));
  }

  static Stream<Arguments> goldens() throws IOException {
    List<Arguments> goldens = new ArrayList<>();
    for (JsonNode golden : new ObjectMapper().readTree(folder("gradients.json").toFile())) {
      goldens.add(Arguments.of(golden.get("signature").asText() + " " + goldens.size(), golden));
    }
    return goldens.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void areThoseOfPythonsTape(String name, JsonNode golden) {
    TrainableFunction function = function("loops", golden.get("signature").asText());
    try (Trained trained = new Trained(function)) {
      Map<String, Array.Dense> feeds = new LinkedHashMap<>();
      golden
          .get("inputs")
          .properties()
          .forEach(
              i -> feeds.put(function.inputNodes().get(i.getKey()).get(0), array(i.getValue())));
      double loss = golden.get("loss").asDouble();
      assertThat(trained.loss.value(trained.session, feeds))
          .isCloseTo(loss, offset(TOLERANCE * Math.abs(loss)));
      for (Map.Entry<String, JsonNode> wanted : golden.get("gradients").properties()) {
        double[] given = trained.gradient(wanted.getKey(), feeds, wanted.getValue().size());
        assertClose(wanted.getKey(), given, wanted.getValue());
      }
    }
  }

  /** Python gives zeros for what only a branch or a turn that is not taken would need. */
  private static void assertClose(String variable, double[] given, JsonNode wanted) {
    double largest = 0;
    for (JsonNode one : wanted) {
      largest = Math.max(largest, Math.abs(one.asDouble()));
    }
    for (int i = 0; i < given.length; i++) {
      assertThat(given[i])
          .as(variable + " " + i)
          .isCloseTo(wanted.isNull() ? 0 : wanted.get(i).asDouble(), offset(TOLERANCE * largest));
    }
  }

  @Test
  void randomNumbersInALoopAreThoseOfTheGradient() {
    TrainableFunction function = function("loops", "noise");
    try (Trained trained = new Trained(function)) {
      Map<String, Array.Dense> feeds =
          Map.of(function.inputNodes().get("turns").get(0), Array.Dense.scalar(Values.of(5)));
      VariableGradient.Dense scale = (VariableGradient.Dense) trained.gradients.get("scale");
      String output = function.outputTensors().get("b").get(0);
      List<Array.Dense> run =
          trained.session.step(feeds, List.of(output, scale.tensor()), List.of());
      double value = ((Number) trained.session.value("scale").values().get(0)).doubleValue();
      double sum = ((Number) run.get(0).values().get(0)).doubleValue();
      // b = scale * noise, and the loss is b * b / 2
      assertThat(((Number) run.get(1).values().get(0)).doubleValue())
          .isCloseTo(sum * sum / value, offset(1e-4 * sum * sum));
    }
  }

  @Test
  void effectsInALoopHappenOnceInAStep() {
    TrainableFunction function = function("loops", "counting");
    assertThat(function.updates()).hasSize(1);
    try (Trained trained = new Trained(function)) {
      Map<String, Array.Dense> feeds =
          Map.of(
              function.inputNodes().get("x").get(0),
              new Array.Dense(List.of(1L, 4L), Values.of(new float[4])));
      VariableGradient.Dense bias = (VariableGradient.Dense) trained.gradients.get("bias");
      for (int step = 1; step <= 2; step++) {
        trained.session.step(feeds, List.of(bias.tensor()), function.updates());
        assertThat(trained.session.value("turns").values().get(0)).isEqualTo(4L * step);
      }
    }
  }

  @Test
  void namesWhatStandsInTheWayInALoop() {
    TrainableFunction function = function("loops", "rounds");
    assertThat(function.trainability().toString())
        .isEqualTo(
            "trainable: 0 of 1 variables; NextAfter has no gradient (between 'scale' and 'h')");
    assertThatThrownBy(() -> new Trained(function))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("NextAfter");
  }

  @Test
  void refusesAVariableThatALoopChangesAndReads() {
    TrainableFunction function = function("loops", "changing");
    assertThat(function.trainability().toString())
        .isEqualTo(
            "trainable: 1 of 2 variables; While changes the variable that it reads (between 'scale'"
                + " and 'h')");
    assertThatThrownBy(() -> new Trained(function))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("While changes the variable that it reads");
  }

  @Test
  void refusesLoopsOfTF1BeforeTensorFlowEndsTheProcess() {
    TrainableFunction function = function("frames", "serving_default");
    assertThat(function.trainability().toString())
        .isEqualTo("trainable: 0 of 1 variables; Exit has no gradient (between 'kernel' and 'y')");
    assertThatThrownBy(() -> new Trained(function))
        .isInstanceOf(ModuleException.class)
        .hasMessageContaining("has no gradient");
  }

  /** A function with the gradients of all of its variables that are trained. */
  private static final class Trained implements AutoCloseable {

    private final TestLoss loss;
    private final TrainingSession session;
    private final Map<String, VariableGradient> gradients = new LinkedHashMap<>();

    Trained(TrainableFunction function) {
      loss = TestLoss.ofSquares(function);
      List<ModuleVariable> variables =
          function.variables().stream().filter(v -> v.learning() == Learning.TRAINABLE).toList();
      VariableGradients made =
          VariableGradients.of(
              loss.graph(), loss.tensor(), variables.stream().map(ModuleVariable::node).toList());
      for (int i = 0; i < variables.size(); i++) {
        gradients.put(variables.get(i).path(), made.gradients().get(i));
      }
      session = TrainingSession.open(function, made.graph(), Map.of());
    }

    double[] gradient(String variable, Map<String, Array.Dense> feeds, int size) {
      VariableGradient gradient = gradients.get(variable);
      return gradient == null ? new double[size] : TestLoss.dense(session, feeds, gradient, size);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private static Array.Dense array(JsonNode json) {
    List<Long> dims = new ArrayList<>();
    json.get("shape").forEach(d -> dims.add(d.asLong()));
    JsonNode values = json.get("values");
    if (json.get("dtype").asText().equals("string")) {
      List<byte[]> texts = new ArrayList<>();
      values.forEach(v -> texts.add(v.asText().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      return new Array.Dense(dims, Values.ofBytes(texts));
    }
    DType dtype = DType.valueOf(json.get("dtype").asText().toUpperCase(Locale.ROOT));
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          values.get(i).isBoolean()
              ? (values.get(i).asBoolean() ? 1 : 0)
              : values.get(i).asDouble();
    }
    return new Array.Dense(dims, TestLoss.numbers(dtype, numbers));
  }
}
