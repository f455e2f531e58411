// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.NestedJson;
import org.hubbeam.batch.Values;
import org.hubbeam.model.Goldens;
import org.hubbeam.testing.Records;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules that other programs wrote, as their users wrote them, through {@code inspect}, {@code
 * call} and {@code embed} without {@code --function}; the outputs are Python's.
 */
class ForeignModulesTest {

  private static final String RECORDS = "examples";

  @TempDir Path work;

  @TestFactory
  Stream<DynamicTest> exports() {
    return tests(TestFiles.zoo().resolve("exports"));
  }

  @TestFactory
  Stream<DynamicTest> cases() {
    return tests(TestFiles.cases("modules"));
  }

  private Stream<DynamicTest> tests(Path folder) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path file : Goldens.files(folder, ".golden.json")) {
      JsonNode golden = read(file);
      String name = golden.get("module").asText();
      Path module = folder.resolve(name);
      tests.add(DynamicTest.dynamicTest(name + " inspect", () -> inspect(module, golden)));
      tests.add(DynamicTest.dynamicTest(name + " call", () -> call(module, golden)));
      tests.add(DynamicTest.dynamicTest(name + " embed", () -> embed(module, golden)));
    }
    return tests.stream();
  }

  private static JsonNode read(Path golden) {
    try {
      return NestedJson.READER.readTree(golden.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void inspect(Path module, JsonNode golden) throws IOException {
    Run run = Run.of("inspect", module.toString(), "--json");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode listed =
        CliFixtures.json(run.out()).get("signatures").get(golden.get("signature").asText()).get(0);
    // Python has parameters for names: job_title for job.title.
    assertThat(names(listed.get("inputs")).stream().map(n -> n.replace('.', '_')))
        .containsExactlyInAnyOrderElementsOf(keys(golden.get("inputs")));
    assertThat(names(listed.get("outputs")))
        .containsExactlyInAnyOrderElementsOf(keys(golden.get("outputs")));
    assertThat(Run.of("inspect", module.toString()).out())
        .contains(golden.get("signature").asText());
  }

  private static List<String> names(JsonNode specs) {
    List<String> names = new ArrayList<>();
    specs.forEach(s -> names.add(s.get("name").asText()));
    return names;
  }

  private static List<String> keys(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** With arrays that tell their dtypes, and with plain lists. */
  private void call(Path module, JsonNode golden) throws IOException {
    ObjectNode plain = JsonNodeFactory.instance.objectNode();
    ArrayJson.decode(golden.get("inputs"))
        .forEach((name, array) -> plain.set(name, NestedJson.encode(array)));
    for (JsonNode inputs : List.of(golden.get("inputs"), plain)) {
      Path file = Files.writeString(work.resolve("in.json"), inputs.toString());

      Run run = Run.of("call", module.toString(), "--inputs=" + file);

      assertThat(run.code()).as(run.err()).isZero();
      compare(golden, ArrayJson.decode(CliFixtures.json(run.out())));
    }
  }

  /** Outputs with values in the golden are those of Python; complex ones have none there. */
  private static void compare(JsonNode golden, Map<String, Array> found) {
    assertThat(found.keySet()).containsAll(keys(golden.get("outputs")));
    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
    Map<String, Array> kept = new LinkedHashMap<>();
    golden
        .get("outputs")
        .properties()
        .forEach(
            output -> {
              if (output.getValue().has("values")) {
                wanted.set(output.getKey(), output.getValue());
                kept.put(output.getKey(), found.get(output.getKey()));
              }
            });
    SoftAssertions softly = new SoftAssertions();
    Goldens.compare(softly, golden.get("module").asText(), wanted, kept, golden);
    softly.assertAll();
  }

  private void embed(Path module, JsonNode golden) throws IOException {
    Map<String, Array> inputs = ArrayJson.decode(golden.get("inputs"));
    Assumptions.assumeTrue(
        inputs.values().stream().allMatch(a -> a.dims().size() < 3), "a row of several dimensions");
    Path output = work.resolve("v");
    List<String> words = new ArrayList<>(List.of("embed", "--module=" + module, "--overwrite"));
    words.addAll(List.of("--output=" + output, "--shards=1", "--inputFormat=" + write(inputs)));
    words.add("--input=" + work.resolve("in"));
    List<String> numbers =
        golden.get("outputs").properties().stream()
            .filter(o -> !o.getValue().get("dtype").asText().startsWith("complex"))
            .map(Map.Entry::getKey)
            .toList();
    words.add("--outputs=" + String.join(",", numbers));

    Run run = Run.of(words.toArray(String[]::new));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readString(work.resolve("v.failures.jsonl"))).isEmpty();
    BatchSchema schema = BatchSchema.parse(Files.readString(work.resolve("v.schema.pbtxt")));
    ExampleDecoder decoder =
        ExampleDecoder.of("v", schema, f -> assertThat(f.reason()).as("a failure").isEmpty());
    for (byte[] record : Records.read(work.resolve("v-00000-of-00001.tfrecord"))) {
      decoder.add(record, 0, record.length, 0);
    }
    ObjectNode stored = golden.deepCopy();
    ((ObjectNode) stored.get("outputs")).retain(numbers);
    compare(stored, decoder.build().columns());
  }

  /** Writes the rows of inputs: records as such, bytes in examples, the rest as JSON lines. */
  private String write(Map<String, Array> inputs) throws IOException {
    Path file = work.resolve("in");
    boolean bytes =
        inputs.values().stream().anyMatch(a -> NestedJson.encode(a).toString().contains("b64"));
    if (bytes) {
      try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), Compression.NONE)) {
        for (byte[] record : records(inputs)) {
          out.write(record);
        }
      }
      return "tfrecord";
    }
    int rows = inputs.values().iterator().next().rows();
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      int number = row;
      inputs.forEach((name, array) -> line.set(name, NestedJson.encode(array).get(number)));
      lines.add(line.toString());
    }
    Files.write(file, lines);
    return "jsonl";
  }

  private static List<byte[]> records(Map<String, Array> inputs) {
    if (!inputs.containsKey(RECORDS)) {
      Batch batch = Batch.of(inputs);
      return IntStream.range(0, batch.rows())
          .mapToObj(row -> ExampleCodec.encode(batch, row))
          .toList();
    }
    Values values = inputs.get(RECORDS).values();
    return IntStream.range(0, values.size()).mapToObj(i -> (byte[]) values.get(i)).toList();
  }
}
