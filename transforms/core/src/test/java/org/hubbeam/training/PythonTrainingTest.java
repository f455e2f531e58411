// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.TrainableFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.training.TunedGraph.Trained;
import org.hubbeam.vectors.Pooling;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules that Python trained for twenty steps, trained from the same start with the same rows. */
class PythonTrainingTest {

  @ParameterizedTest
  @ValueSource(strings = {"image_feature_vector", "nnlm", "sentence_encoder", "bert_encoder"})
  void trainsAsPythonDoes(String module) throws IOException {
    JsonNode golden = golden(module);
    FunctionChoice choice = FunctionChoice.of("__call__");
    for (Map.Entry<String, JsonNode> argument : golden.get("arguments").properties()) {
      JsonNode value = argument.getValue();
      choice =
          choice.with(
              argument.getKey(), value.isBoolean() ? (Object) value.asBoolean() : value.asDouble());
    }
    TrainableFunction function =
        TrainableFunction.of(TestFiles.zoo(module), ModuleOptions.DEFAULT, choice);
    JsonNode start = golden.get("start");
    int features = start.get("weights").get("shape").get(0).asInt();
    HeadForm form =
        new HeadForm(Task.CLASSES, features, List.of("a", "b", "c"), HeadOptions.LINEAR);
    double rate = golden.get("rate").asDouble();
    TrainingOptions options = TrainingOptions.DEFAULT.withOptimizer(new Optimizer.Sgd(rate));
    try (TunedSession session =
        TunedSession.open(
            new TunedGraph.Parts(
                function,
                golden.get("output").asText(),
                Pooling.Kind.NONE,
                form,
                options,
                VariablePatterns.ALL.of(function),
                TunedGraph.Calls.ONE))) {
      List<String> head = session.headNodes();
      session.assign(head.get(0), array(start.get("weights")));
      session.assign(head.get(1), array(start.get("bias")));
      Map<String, Array> inputs = new LinkedHashMap<>();
      golden
          .get("inputs")
          .properties()
          .forEach(
              i ->
                  inputs.put(
                      i.getKey().isEmpty() ? function.inputs().get(0).name() : i.getKey(),
                      array(i.getValue())));
      Batch rows = Batch.of(inputs);
      List<Double> losses = new ArrayList<>();
      for (JsonNode ids : golden.get("steps")) {
        int[] chosen = new int[ids.size()];
        float[] targets = new float[ids.size()];
        float[] weights = new float[ids.size()];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = ids.get(i).asInt();
          targets[i] = golden.get("labels").get(chosen[i]).asInt();
          weights[i] = 1;
        }
        losses.add(
            session.step(
                new TunedSession.Rows(rows.select(chosen), targets, weights),
                Trained.ALL,
                new TunedSession.Lengths((float) rate, (float) rate, 0, losses.size())));
      }
      for (int i = 0; i < losses.size(); i++) {
        assertThat(losses.get(i))
            .as("loss of step %d", i)
            .isCloseTo(golden.get("losses").get(i).asDouble(), within(1e-4));
      }
      JsonNode end = golden.get("end");
      requireClose("weights", session.value(head.get(0)), end.get("weights"));
      requireClose("bias", session.value(head.get(1)), end.get("bias"));
      end.get("variables")
          .properties()
          .forEach(v -> requireClose(v.getKey(), session.value(v.getKey()), v.getValue()));
    }
  }

  private static void requireClose(String name, Array.Dense actual, JsonNode expected) {
    Values.Numbers wanted = (Values.Numbers) array(expected).values();
    Values.Numbers found = (Values.Numbers) actual.values();
    assertThat(actual.dims()).as(name).isEqualTo(array(expected).dims());
    double worst = 0;
    for (int i = 0; i < wanted.size(); i++) {
      worst = Math.max(worst, Math.abs(wanted.getDouble(i) - found.getDouble(i)));
    }
    assertThat(worst).as(name).isLessThan(1e-4);
  }

  private static JsonNode golden(String module) throws IOException {
    Path file = TestFiles.root().resolve("testdata/goldens/training").resolve(module + ".json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Array.Dense array(JsonNode json) {
    List<Long> dims = new ArrayList<>();
    json.get("shape").forEach(d -> dims.add(d.asLong()));
    if (json.has("base64")) {
      byte[] bytes = Base64.getDecoder().decode(json.get("base64").asText());
      float[] floats = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      return new Array.Dense(dims, Values.of(floats));
    }
    JsonNode values = json.get("values");
    if (json.get("dtype").asText().equals("string")) {
      String[] texts = new String[values.size()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = values.get(i).asText();
      }
      return new Array.Dense(dims, Values.of(texts));
    }
    int[] numbers = new int[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).asInt();
    }
    return new Array.Dense(dims, Values.of(numbers));
  }
}
