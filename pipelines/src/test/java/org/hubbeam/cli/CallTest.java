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
import org.junit.jupiter.params.provider.CsvSource;
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
        "complex_out",
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
        assertSame(values.get(i), other.get("values").get(i), tolerance, what);
      }
    }
  }

  private static void assertSame(JsonNode wanted, JsonNode found, double tolerance, String what) {
    if (wanted.isArray()) {
      assertThat(found).as(what).hasSameSizeAs(wanted);
      for (int part = 0; part < wanted.size(); part++) {
        assertSame(wanted.get(part), found.get(part), tolerance, what);
      }
    } else if (wanted.isFloatingPointNumber()) {
      assertThat(found.isNumber()).as(what).isTrue();
      assertThat(found.asDouble())
          .as(what)
          .isCloseTo(
              wanted.asDouble(), within(tolerance * Math.max(1, Math.abs(wanted.asDouble()))));
    } else {
      assertThat(found).as(what).isEqualTo(wanted);
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

  /** With dtype and shape from the signature, as TensorFlow Serving takes them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"x": [[1, 2, "0.5"]]}       | {"default":{"dtype":"float32","shape":[1,3],"values":[2.0,4.0,1.0]}}
          {"instances": [[1, 2, 3]]}   | {"predictions":[[2.0,4.0,6.0]]}
          {"instances": [{"x": [1, 2, 3]}, {"x": [0, 0, 1e1]}]} | {"predictions":[[2.0,4.0,6.0],[0.0,0.0,20.0]]}
          {"instances": []}            | {"predictions":[]}
          {"inputs": [[1, 2, NaN]]}    | {"outputs":[[2.0,4.0,"NaN"]]}
          {"inputs": {"x": [[1, -Infinity, 3]]}} | {"outputs":[[2.0,"-Infinity",6.0]]}
          {"signature_name": "other", "inputs": [[1, 2, 3]]} | {"outputs":{"half":[[0.5,1.0,1.5]],"sum":[6.0]}}
          {"signature_name": "other", "instances": [[1, 2, 3]]} | {"predictions":[{"half":[0.5,1.0,1.5],"sum":6.0}]}
          """)
  void plainListsTakeDtypeAndShapeFromTheSignature(String request, String answer)
      throws IOException {
    Path module = CliFixtures.doubling(work.resolve("doubling"));
    Path inputs = Files.writeString(work.resolve("in.json"), request);

    Run run = Run.of("call", module.toString(), "--inputs=" + inputs);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CliFixtures.json(run.out())).isEqualTo(CliFixtures.json(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"y": [[1, 2, 3]]}          | there is no input 'y'; the function takes [x: float32 [?, 3]]
          {"x": [1, 2, 3]}            | it takes a list, x: float32 [?, 3], given is one value: write [[1,2,3]]
          {"x": [[1, 2, "a"]]}        | the input 'x': at [0][2]: expected float32, found 'a'
          {"x": [[1], [2, 3]]}        | lists differ in length
          {"instances": 5}            | "instances" is a list of rows
          {"instances": [{"y": 1}]}   | there is no input 'y'
          [[1, 2, 3]]                 | expected an object of inputs by name
          """)
  void whatDoesNotFitIsToldByInputAndPlace(String request, String message) throws IOException {
    Path module = CliFixtures.doubling(work.resolve("doubling"));
    Path inputs = Files.writeString(work.resolve("in.json"), request);

    Run run = Run.of("call", module.toString(), "--inputs=" + inputs);

    assertThat(run.err()).contains(message);
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void bytesAreBase64() throws IOException {
    String module = CliFixtures.numbers(work.resolve("numbers")).toString();
    Path inputs = work.resolve("in.json");
    Files.writeString(inputs, "{\"instances\": [{\"b64\": \"MTI=\"}, \"7\"]}");

    Run run = Run.of("call", module, "--inputs=" + inputs);

    assertThat(run.out().strip())
        .isEqualTo(
            "{\"predictions\":[{\"doubled\":24.0,\"value\":12.0},"
                + "{\"doubled\":14.0,\"value\":7.0}]}");
  }

  /** Nested inputs by their whole names, by their last ones, and nested themselves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs/input_mask\": M, \"inputs/input_type_ids\": T, \"inputs/input_word_ids\": W}",
        "{\"input_mask\": M, \"input_type_ids\": T, \"input_word_ids\": W}",
        "{\"inputs\": {\"input_mask\": M, \"input_type_ids\": T, \"input_word_ids\": W}}",
        "{\"instances\": [{\"input_mask\": [1, 0], \"input_type_ids\": [0, 0], \"input_word_ids\":"
            + " [5, 6]}]}"
      })
  void nestedInputsAnswerToTheirLastNames(String request) throws IOException {
    Path inputs =
        Files.writeString(
            work.resolve("in.json"),
            request.replace("M", "[[1, 0]]").replace("T", "[[0, 0]]").replace("W", "[[5, 6]]"));

    Run run = Run.of("call", TestFiles.zoo("bert_encoder").toString(), "--inputs=" + inputs);

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode answer = CliFixtures.json(run.out());
    JsonNode pooled =
        answer.has("predictions")
            ? answer.get("predictions").get(0).get("pooled_output")
            : answer.get("pooled_output").get("values");
    assertThat(pooled).hasSize(12);
    assertThat(pooled.get(0).asDouble()).isNotZero();
  }

  @Test
  void outputsThatNoArrayHoldsAreLeftOut() throws IOException {
    Path inputs = Files.writeString(work.resolve("in.json"), "{\"x\": [[1, -0.5, 0.25]]}");

    Run run = Run.of("call", TestFiles.zoo("opaque_out").toString(), "--inputs=" + inputs);

    assertThat(run.err()).contains("the output 'codes' is qint8 and left out");
    assertThat(CliFixtures.json(run.out()).get("numbers").get("values").toString())
        .isEqualTo("[63,-32,15]");
    assertThat(run.out()).doesNotContain("codes");
  }
}
