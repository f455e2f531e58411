// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code call}: JSON in and out as Python TensorFlow's results were noted. */
class CallTest {

  /** Of max(1, value), for a type's own precision. */
  private static final Map<String, Double> TOLERANCES = Map.of("float16", 1e-3, "bfloat16", 1e-2);

  private static final double TOLERANCE = 1e-5;

  @TempDir Path work;

  /** Every layout, strings that are no text, narrow floats, python arguments, tags, errors. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nnlm",
        "bert_encoder",
        "ragged_in",
        "sparse_in_v2",
        "string_out",
        "half_precision",
        "int_bool_out",
        "nan_out",
        "tf1_hub",
        "poison"
      })
  void outputsAreThoseOfPython(String module) throws IOException {
    JsonNode golden = CliFixtures.json(TestFiles.zoo(module + ".golden.json"));
    Path inputs = work.resolve("in.json");
    for (JsonNode call : golden.get("calls")) {
      Files.writeString(inputs, call.get("inputs").toString());
      List<String> words = new ArrayList<>(List.of("call", TestFiles.zoo(module).toString()));
      words.add("--inputs=" + inputs);
      words.add(
          "--function="
              + (call.hasNonNull("signature") ? call.get("signature") : call.get("member"))
                  .asText());
      words.addAll(options(golden, call));

      Run run = Run.of(words.toArray(String[]::new));

      if (call.has("error")) {
        assertThat(run.err().strip()).contains(call.get("error").get("message").asText());
        assertThat(run.code()).isEqualTo(1);
      } else {
        assertThat(run.code()).as(run.err()).isZero();
        assertSame(call.get("outputs"), CliFixtures.json(run.out()), words.toString());
      }
    }
  }

  private static List<String> options(JsonNode golden, JsonNode call) {
    List<String> options = new ArrayList<>();
    if (golden.has("tags")) {
      List<String> tags = new ArrayList<>();
      golden.get("tags").forEach(tag -> tags.add(tag.asText()));
      options.add("--tags=" + String.join(",", tags));
    }
    List<String> arguments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> argument : call.path("arguments").properties()) {
      JsonNode value = argument.getValue();
      arguments.add(argument.getKey() + "=" + (value.isNull() ? "None" : value.asText()));
    }
    if (!arguments.isEmpty()) {
      options.add("--arguments=" + String.join(",", arguments));
    }
    return options;
  }

  private static void assertSame(JsonNode expected, JsonNode found, String what) {
    assertThat(found.properties()).as(what).hasSameSizeAs(expected.properties());
    for (Map.Entry<String, JsonNode> array : expected.properties()) {
      JsonNode other = found.get(array.getKey());
      assertThat(other).as(what + " " + array.getKey()).isNotNull();
      for (String field : List.of("dtype", "shape", "row_splits", "indices")) {
        assertThat(other.get(field)).as(what).isEqualTo(array.getValue().get(field));
      }
      JsonNode values = array.getValue().get("values");
      double tolerance = TOLERANCES.getOrDefault(other.get("dtype").asText(), TOLERANCE);
      assertThat(other.get("values")).hasSameSizeAs(values);
      for (int i = 0; i < values.size(); i++) {
        JsonNode value = other.get("values").get(i);
        if (values.get(i).isFloatingPointNumber()) {
          double wanted = values.get(i).asDouble();
          assertThat(value.isNumber()).as(what).isTrue();
          assertThat(value.asDouble())
              .as(what)
              .isCloseTo(wanted, within(tolerance * Math.max(1, Math.abs(wanted))));
        } else {
          assertThat(value).as(what).isEqualTo(values.get(i));
        }
      }
    }
  }

  @Test
  void whatComesOutCanBeGivenAgain() throws IOException {
    String module = CliFixtures.numbers(work.resolve("numbers")).toString();
    Path inputs = work.resolve("in.json");
    Files.writeString(
        inputs, "{\"texts\": {\"dtype\": \"string\", \"shape\": [2], \"values\": [\"1\", \"2\"]}}");

    Run run =
        Run.of("call", module, "--function=scaled", "--arguments=by=10.0", "--inputs=" + inputs);

    assertThat(run.out().strip())
        .isEqualTo("{\"output\":{\"dtype\":\"float32\",\"shape\":[2],\"values\":[10.0,20.0]}}");
  }

  @Test
  void theInputsMayComeFromTheStandardInput() throws IOException {
    String module = CliFixtures.numbers(work.resolve("numbers")).toString();
    InputStream before = System.in;
    System.setIn(
        new ByteArrayInputStream(
            "{\"texts\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"4\"]}}"
                .getBytes(StandardCharsets.UTF_8)));
    try {
      Run run = Run.of("call", module, "--inputs=-");

      assertThat(CliFixtures.json(run.out()).get("value").get("values").get(0).asDouble())
          .isEqualTo(4);
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"texts\": 1}",
        "{\"texts\": {\"dtype\": \"text\", \"shape\": [1], \"values\": [\"4\"]}}",
        "{\"texts\": {\"dtype\": \"string\", \"shape\": [2], \"values\": [\"4\"]}}",
        "{\"text\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"4\"]}}",
        "{\"texts\": {\"dtype\": \"float32\", \"shape\": [1], \"values\": [4]}}"
      })
  void inputsThatAreNoneAreWrongUse(String inputs) throws IOException {
    Path file = Files.writeString(work.resolve("in.json"), inputs);

    Run run =
        Run.of("call", CliFixtures.numbers(work.resolve("numbers")).toString(), "--inputs=" + file);

    assertThat(run.err().strip()).startsWith("hubbeam call: ").hasLineCount(1);
    assertThat(run.err()).doesNotContain("Exception");
    assertThat(run.code()).isEqualTo(2);
  }
}
