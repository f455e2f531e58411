// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testdata.SampleTexts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.Example;

/** {@code embed} from file to file, on the default engine where nothing else is said. */
class EmbedTest {

  @TempDir static Path modules;
  @TempDir Path work;

  @BeforeAll
  static void write() throws IOException {
    DemoModule.write(modules.resolve("demo"));
    CliFixtures.numbers(modules.resolve("numbers"));
  }

  private Run embed(String module, String input, String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "embed",
                    "--module=" + modules.resolve(module),
                    "--input=" + work.resolve(input),
                    "--output=" + work.resolve("out/v")),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("out"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private JsonNode manifest() throws IOException {
    return CliFixtures.json(work.resolve("out/v.manifest.json"));
  }

  @Test
  void everyLineOfTextFilesIsEmbedded() throws IOException {
    List<String> lines = SampleTexts.sentences();
    Files.write(work.resolve("a.txt"), lines.subList(0, 100));
    Files.write(work.resolve("b.txt"), lines.subList(100, lines.size()));

    Run run = embed("demo", "*.txt", "--shards=2", "--parallelism=2", "--batchRows=8");

    assertThat(run.err().lines().findFirst().orElseThrow())
        .isEqualTo(
            "embedding with " + modules.resolve("demo") + " on Flink -> " + work.resolve("out/v"));
    assertThat(run.out().strip())
        .matches(
            lines.size()
                + " rows, 0 failures, 128 floats each, .* s"
                + " \\(.* s to start.*\\) -> .*/out/v.*")
        .hasLineCount(1);
    assertThat(run.code()).isZero();
    assertThat(written())
        .containsExactly(
            "v-00000-of-00002.tfrecord",
            "v-00001-of-00002.tfrecord",
            "v.failures.jsonl",
            "v.manifest.json",
            "v.schema.pbtxt");
    assertVectors(CliFixtures.examples(work.resolve("out/v")), lines);
    BatchSchema schema = BatchSchema.parse(Files.readString(work.resolve("out/v.schema.pbtxt")));
    assertThat(schema.columns().toString())
        .isEqualTo("[text: string [?], embedding: float32 [?, 128]]");
    assertThat(work.resolve("out/v.failures.jsonl")).isEmptyFile();
    assertManifest(lines.size());
  }

  private void assertManifest(int rows) throws IOException {
    JsonNode manifest = manifest();
    JsonNode module = manifest.get("modules").get(0);
    assertThat(module.get("handle").asText()).isEqualTo(modules.resolve("demo").toString());
    assertThat(module.get("digest").asText()).matches("[0-9a-f]{64}");
    assertThat(module.get("function").asText()).isEqualTo("serving_default");
    assertThat(module.get("outputs").toString()).isEqualTo("{\"embedding\":\"output_0\"}");
    assertThat(manifest.get("modules")).hasSize(1);
    assertThat(manifest.get("steps")).isEmpty();
    assertThat(manifest.get("dimension").asInt()).isEqualTo(128);
    assertThat(manifest.get("rows").asInt()).isEqualTo(rows);
    assertThat(manifest.get("failures").asInt()).isZero();
    assertThat(manifest.get("files").toString())
        .isEqualTo("[\"v-00000-of-00002.tfrecord\",\"v-00001-of-00002.tfrecord\"]");
    JsonNode versions = manifest.get("versions");
    assertThat(versions.get("hubbeam").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(versions.get("tensorflow").asText()).startsWith("2.");
    assertThat(versions.get("tensorflow-java").asText()).startsWith("1.");
    assertThat(versions.get("oneDNN").asText()).matches("(on|off), (the default|by) .*");
    assertThat(versions.get("beam").asText()).startsWith("2.");
    assertThat(versions.get("java").asText()).isEqualTo(System.getProperty("java.version"));
  }

  /** Each text is there once, with what the module gives when it is called directly. */
  private static void assertVectors(List<Example> examples, List<String> texts) {
    assertThat(examples)
        .extracting(e -> CliFixtures.text(e, "text"))
        .containsExactlyInAnyOrderElementsOf(texts);
    Map<String, List<Float>> vectors = new HashMap<>();
    examples.forEach(
        e -> vectors.put(CliFixtures.text(e, "text"), CliFixtures.floats(e, "embedding")));
    try (Module module = Module.load(modules.resolve("demo"), ModuleOptions.DEFAULT)) {
      Map<String, Array> outputs =
          module
              .function(FunctionChoice.of("__call__"))
              .call(
                  Map.of("sentences", Array.Dense.vector(Values.of(texts.toArray(String[]::new)))));
      float[] expected = ((Values.Numbers) outputs.get("output").values()).toFloats();
      for (int row = 0; row < texts.size(); row++) {
        List<Float> vector = vectors.get(texts.get(row));
        for (int i = 0; i < 128; i++) {
          assertThat(vector.get(i)).isCloseTo(expected[row * 128 + i], within(1e-6f));
        }
      }
    }
  }

  @Test
  void aRowThatTheModuleRefusesIsAFailureAndTheOthersGoOn() throws IOException {
    Files.writeString(
        work.resolve("in.csv"),
        "name,amount,note\nfirst,1.5,\"a, b\"\nsecond,many,\nthird,-2,\"two\nlines\"\n");

    Run run =
        embed(
            "numbers",
            "in.csv",
            "--inputFormat=csv",
            "--column=amount",
            "--idColumn=name",
            "--outputKey=doubled");

    assertThat(run.out()).startsWith("2 rows, 1 failure, 1 float each, ");
    assertThat(run.err())
        .contains("failures are listed in " + work.resolve("out/v.failures.jsonl"));
    assertThat(run.code()).isZero();
    List<Example> examples = CliFixtures.examples(work.resolve("out/v"));
    assertThat(examples)
        .extracting(
            e ->
                CliFixtures.text(e, "name")
                    + " "
                    + CliFixtures.text(e, "note")
                    + " "
                    + CliFixtures.floats(e, "embedding"))
        .containsExactlyInAnyOrder("first a, b [3.0]", "third two\nlines [-4.0]");
    List<String> failures = Files.readAllLines(work.resolve("out/v.failures.jsonl"));
    assertThat(failures).hasSize(1);
    JsonNode failure = CliFixtures.json(failures.get(0));
    assertThat(failure.get("id").asText()).isEqualTo("second");
    assertThat(failure.get("module").asText()).isEqualTo(modules.resolve("numbers").toString());
    assertThat(failure.get("function").asText()).isEqualTo("serving_default");
    assertThat(failure.get("reason").asText()).contains("many");
    assertThat(manifest().get("failures").asInt()).isEqualTo(1);
    assertThat(manifest().at("/modules/0/outputs/embedding").asText()).isEqualTo("doubled");
  }

  @Test
  void jsonLinesGoThroughAMemberWithPythonArgumentsAndTheirTFRecordsThroughAnother()
      throws IOException {
    Files.writeString(
        work.resolve("in.jsonl"),
        "{\"id\": 7, \"texts\": \"1\"}\n{\"id\": 8, \"texts\": \"2.5\"}\n");

    Run first =
        embed(
            "numbers",
            "in.jsonl",
            "--inputFormat=jsonl",
            "--function=scaled",
            "--arguments=by=10.0",
            "--shards=1");

    assertThat(first.err() + first.out()).contains("2 rows, 0 failures");
    assertThat(CliFixtures.examples(work.resolve("out/v")))
        .extracting(
            e ->
                e.getFeatures().getFeatureOrThrow("id").getInt64List().getValue(0)
                    + " "
                    + CliFixtures.floats(e, "embedding"))
        .containsExactlyInAnyOrder("7 [10.0]", "8 [25.0]");
    assertThat(manifest().at("/modules/0/function").asText()).isEqualTo("scaled(by=10.0)");

    Files.move(work.resolve("out/v-00000-of-00001.tfrecord"), work.resolve("in.tfrecord"));
    Run second =
        embed(
            "numbers",
            "in.tfrecord",
            "--inputFormat=tfrecord",
            "--column=texts",
            "--function=__call__",
            "--outputKey=value",
            "--runner=direct",
            "--overwrite");

    assertThat(second.err()).startsWith("embedding with " + modules.resolve("numbers"));
    assertThat(second.err()).contains(" on Direct -> ");
    assertThat(second.out()).startsWith("2 rows, 0 failures, 1 float each");
    assertThat(CliFixtures.examples(work.resolve("out/v")))
        .extracting(e -> CliFixtures.text(e, "texts") + " " + CliFixtures.floats(e, "embedding"))
        .containsExactlyInAnyOrder("1 [1.0]", "2.5 [2.5]");
  }

  @Test
  void aModuleThatIsNotMadeForTheInputStopsTheJobWithoutAManifest() throws IOException {
    Files.write(work.resolve("in.txt"), Collections.nCopies(1500, "no number"));

    Run run = embed("numbers", "in.txt", "--outputKey=value", "--parallelism=1");

    String last = run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).startsWith("hubbeam embed: ").contains("refused").contains("no number");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(1);
    assertThat(work.resolve("out/v.manifest.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "1 2 x, 0, ''",
    "1 x, 0, ''",
    "1 x y, 3, 2 of 3",
    "x, 1, 1 of 1",
    "x y, 1, 2 of 2",
    "'', 0, ''",
  })
  void theExitCodeSaysWhetherMostRowsFailed(String texts, int code, String failed)
      throws IOException {
    Files.write(work.resolve("in.txt"), List.of(texts.split(" ")));
    if (texts.isEmpty()) {
      Files.writeString(work.resolve("in.txt"), "");
    }

    Run run = embed("numbers", "in.txt", "--outputKey=value", "--runner=direct");

    String last = run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    assertThat(manifest().get("failures").asInt())
        .isEqualTo(texts.replaceAll("[^xy]", "").length());
    if (failed.isEmpty()) {
      assertThat(run.err()).doesNotContain("ROWS FAILED");
    } else {
      assertThat(last)
          .startsWith(
              (code == 1 ? "ALL" : "MOST") + " ROWS FAILED: " + failed + ", the first with: ")
          .contains("StringToNumberOp could not correctly convert string")
          .endsWith("failures are listed in " + work.resolve("out/v.failures.jsonl"));
    }
    if (texts.isEmpty()) {
      assertThat(last).isEqualTo("nothing to do: the input has no rows");
    }
  }
}
