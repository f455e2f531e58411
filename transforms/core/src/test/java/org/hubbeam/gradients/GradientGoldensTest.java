// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleInfo;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;

/**
 * The gradients of functions of the zoo are those of Python's tape. {@code
 * -Dgradients.goldens=FILE} names another file of goldens.
 */
final class GradientGoldensTest {

  private static final double TOLERANCE = 1e-5;
  private static final double TOLERANCE_HALF = 1e-3;

  /**
   * Vectors of unit length make the loss constant, and its gradient nothing but rounding: entries
   * are compared with no less than this.
   */
  private static final double SMALLEST = 0.01;

  static Stream<Arguments> goldens() throws IOException {
    String given = System.getProperty("gradients.goldens", "");
    Path file =
        given.isEmpty()
            ? TestFiles.root().resolve("testdata/goldens/gradients/gradients.json.gz")
            : TestFiles.root().resolve(given);
    List<Arguments> goldens = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      for (JsonNode golden : new ObjectMapper().readTree(in)) {
        if (!golden.has("error") && !golden.has("random")) {
          String name =
              golden.get("name").asText()
                  + " "
                  + golden.get("kind").asText()
                  + " "
                  + golden.get("ci");
          goldens.add(Arguments.of(name, golden));
        }
      }
    }
    return goldens.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void isThatOfPythonsTape(String name, JsonNode golden) throws IOException {
    Path folder = TestFiles.zoo(golden.get("name").asText());
    TrainableFunction function = function(folder, golden);
    Map<Integer, String> bound = bound(folder, golden);
    TestLoss loss = TestLoss.ofSquares(function);
    List<String> variables = new ArrayList<>();
    golden
        .get("grads")
        .fieldNames()
        .forEachRemaining(i -> variables.add(bound.get(Integer.valueOf(i))));
    VariableGradients gradients = VariableGradients.of(loss.graph(), loss.tensor(), variables);
    try (TrainingSession session = TrainingSession.open(function, gradients.graph(), Map.of())) {
      Map<String, Array.Dense> feeds = feeds(function, golden);
      double value = loss.value(session, feeds);
      double expected = golden.get("loss").asDouble();
      boolean half = function.variables().stream().anyMatch(v -> v.dtype() == DType.FLOAT16);
      double tolerance = half ? TOLERANCE_HALF : TOLERANCE;
      assertThat(value).isCloseTo(expected, offset(Math.abs(expected) * tolerance * 10));
      List<VariableGradient> found =
          gradients.gradients().stream().filter(Objects::nonNull).toList();
      List<double[]> dense = TestLoss.dense(session, feeds, found, sizes(golden));
      int next = 0;
      int compared = 0;
      for (JsonNode wanted : golden.get("grads")) {
        VariableGradient gradient = gradients.gradients().get(next);
        String variable = variables.get(next++);
        assertThat(gradient == null).as(variable).isEqualTo(wanted.isNull());
        if (gradient != null) {
          assertClose(variable, dense.get(compared++), wanted, tolerance);
        }
      }
    }
  }

  private static List<Integer> sizes(JsonNode golden) {
    List<Integer> sizes = new ArrayList<>();
    for (JsonNode wanted : golden.get("grads")) {
      if (!wanted.isNull()) {
        sizes.add(wanted.size());
      }
    }
    return sizes;
  }

  private static void assertClose(
      String variable, double[] given, JsonNode wanted, double tolerance) {
    assertThat(given).as(variable).hasSize(wanted.size());
    double largest = SMALLEST;
    for (JsonNode one : wanted) {
      largest = Math.max(largest, Math.abs(one.asDouble()));
    }
    double worst = 0;
    for (int i = 0; i < given.length; i++) {
      double difference = Math.abs(given[i] - wanted.get(i).asDouble());
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    assertThat(worst).as(variable).isLessThanOrEqualTo(tolerance * largest);
  }

  private static TrainableFunction function(Path folder, JsonNode golden) {
    String kind = golden.get("kind").asText();
    boolean signature = kind.startsWith("sig:");
    String name = signature ? kind.substring(4) : kind;
    ModuleInfo info = ModuleInfo.read(folder, null);
    ModuleInfo.Variant variant =
        info.callables().stream()
            .filter(c -> c.name().equals(name))
            .findFirst()
            .orElseThrow()
            .variants()
            .get(golden.get("ci").asInt());
    FunctionChoice choice = new FunctionChoice(name, variant.arguments());
    Map<String, ArraySpec> given = new LinkedHashMap<>();
    variant.inputs().forEach(i -> given.put(i.name(), i));
    return TrainableFunction.of(folder, ModuleOptions.DEFAULT, choice, given);
  }

  /** The nodes of the objects that the graph captures, by their numbers among these. */
  private static Map<Integer, String> bound(Path folder, JsonNode golden) throws IOException {
    SavedObjectGraph objects =
        SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb")))
            .getMetaGraphs(0)
            .getObjectGraphDef();
    String kind = golden.get("kind").asText();
    int node = 0;
    for (String part :
        kind.startsWith("sig:") ? List.of("signatures", kind.substring(4)) : List.of(kind)) {
      node =
          objects.getNodes(node).getChildrenList().stream()
              .filter(c -> c.getLocalName().equals(part))
              .findFirst()
              .orElseThrow()
              .getNodeId();
    }
    SavedObject called = objects.getNodes(node);
    String function =
        called.hasFunction()
            ? called.getFunction().getConcreteFunctions(golden.get("ci").asInt())
            : called.getBareConcreteFunction().getConcreteFunctionName();
    Map<Integer, String> bound = new LinkedHashMap<>();
    for (int id : objects.getConcreteFunctionsOrThrow(function).getBoundInputsList()) {
      bound.put(bound.size(), "hubbeam/variable_" + id);
    }
    return bound;
  }

  private static Map<String, Array.Dense> feeds(TrainableFunction function, JsonNode golden) {
    List<String> nodes = new ArrayList<>();
    function.inputs().forEach(i -> nodes.addAll(function.inputNodes().get(i.name())));
    assertThat(nodes).hasSize(golden.get("inputs").size());
    Map<String, Array.Dense> feeds = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      feeds.put(nodes.get(i), array(golden.get("inputs").get(i)));
    }
    return feeds;
  }

  private static Array.Dense array(JsonNode json) {
    List<Long> dims = new ArrayList<>();
    json.get("shape").forEach(d -> dims.add(d.asLong()));
    JsonNode values = json.get("values");
    if (json.get("dtype").asText().equals("string")) {
      List<byte[]> texts = new ArrayList<>();
      values.forEach(v -> texts.add(Base64.getDecoder().decode(v.asText())));
      return new Array.Dense(dims, Values.ofBytes(texts));
    }
    DType dtype = DType.valueOf(json.get("dtype").asText().toUpperCase(Locale.ROOT));
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).asDouble();
    }
    return new Array.Dense(dims, TestLoss.numbers(dtype, numbers));
  }
}
