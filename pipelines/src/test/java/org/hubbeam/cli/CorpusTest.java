// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Example;

/** {@code embed} with modules and data that this project did not make. */
class CorpusTest {

  @TempDir Path work;

  @Test
  void everyEnglishSentenceHasTheVectorThatTheModuleGives() throws IOException {
    Path module = TestFiles.zoo("nnlm");
    Path sentences = TestFiles.corpus("data/tatoeba");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(sentences)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".eng")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    JsonNode golden = CliFixtures.json(TestFiles.zoo("nnlm.golden.json")).get("calls").get(0);
    List<String> known = new ArrayList<>();
    golden.get("inputs").get("sentences").get("values").forEach(v -> known.add(v.asText()));
    Files.createDirectories(work.resolve("in"));
    try (Stream<Path> files = Files.list(sentences)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".eng")).toList()) {
        Files.copy(file, work.resolve("in").resolve(file.getFileName()));
      }
    }
    Files.write(work.resolve("in/known.eng"), known);
    lines.addAll(known);

    Run run =
        Run.of(
            "embed",
            "--module=" + module,
            "--input=" + work.resolve("in/*.eng"),
            "--output=" + work.resolve("v"));

    assertThat(run.code()).as(run.err()).isZero();
    List<Example> examples = CliFixtures.examples(work.resolve("v"));
    assertThat(examples.stream().map(e -> CliFixtures.text(e, "text")).sorted().toList())
        .isEqualTo(lines.stream().sorted().toList());
    Map<String, List<Float>> vectors = new HashMap<>();
    examples.forEach(
        e -> vectors.put(CliFixtures.text(e, "text"), CliFixtures.floats(e, "embedding")));
    JsonNode expected = golden.get("outputs").get("output").get("values");
    assertVectors(known, toFloats(expected), vectors);
    List<String> all = List.copyOf(vectors.keySet());
    assertVectors(all, direct(module, all), vectors);
  }

  private static float[] toFloats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values.get(i).asDouble();
    }
    return floats;
  }

  private static float[] direct(Path folder, List<String> texts) {
    try (Module module = Module.load(folder, ModuleOptions.DEFAULT)) {
      Map<String, Array> outputs =
          module
              .function(FunctionChoice.of("__call__"))
              .call(
                  Map.of("sentences", Array.Dense.vector(Values.of(texts.toArray(String[]::new)))));
      return ((Values.Numbers) outputs.get("output").values()).toFloats();
    }
  }

  private static void assertVectors(
      List<String> texts, float[] expected, Map<String, List<Float>> vectors) {
    int size = expected.length / texts.size();
    for (int row = 0; row < texts.size(); row++) {
      List<Float> vector = vectors.get(texts.get(row));
      assertThat(vector).as(texts.get(row)).hasSize(size);
      for (int i = 0; i < size; i++) {
        assertThat(vector.get(i))
            .as(texts.get(row))
            .isCloseTo(expected[row * size + i], within(1e-5f));
      }
    }
  }

  @Test
  void guesslangTakesTheSourcesOfThisProjectForJava() throws IOException {
    Path module = TestFiles.corpus("models/guesslang");
    List<Path> sources = sources(".java");
    Path input = work.resolve("sources.jsonl");
    List<String> rows = new ArrayList<>();
    for (Path source : sources) {
      ObjectNode row = JsonNodeFactory.instance.objectNode();
      row.put("path", TestFiles.root().relativize(source).toString());
      row.put("content", Files.readString(source));
      rows.add(row.toString());
    }
    Files.write(input, rows);

    Run run =
        Run.of(
            "embed",
            "--module=" + module,
            "--input=" + input,
            "--inputFormat=jsonl",
            "--column=content",
            "--idColumn=path",
            "--function=serving_default",
            "--outputKey=scores",
            "--batchRows=64",
            "--output=" + work.resolve("v"));

    assertThat(run.code()).as(run.err()).isZero();
    List<String> languages = languages();
    List<Example> examples = CliFixtures.examples(work.resolve("v"));
    assertThat(examples).hasSameSizeAs(sources);
    long java = examples.stream().filter(e -> guess(e, languages).equals("java")).count();
    assertThat(java).isGreaterThan(sources.size() * 9L / 10);
  }

  private static List<Path> sources(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(TestFiles.root())) {
      return files
          .filter(f -> f.toString().endsWith(ending) && f.toString().contains("/src/"))
          .filter(f -> !f.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }

  private static String guess(Example example, List<String> languages) {
    List<Float> scores = CliFixtures.floats(example, "embedding");
    int best = 0;
    for (int i = 1; i < scores.size(); i++) {
      best = scores.get(i) > scores.get(best) ? i : best;
    }
    return languages.get(best);
  }

  /** The names of the classes, in the order of the scores: what Python's call of it gave. */
  private static List<String> languages() throws IOException {
    JsonNode golden =
        CliFixtures.json(TestFiles.modelGoldens().resolve("guesslang@serving_default.json"));
    JsonNode classes = golden.get("calls").get(0).get("outputs").get("classes");
    List<String> languages = new ArrayList<>();
    int columns = classes.get("shape").get(1).asInt();
    for (int i = 0; i < columns; i++) {
      languages.add(classes.get("values").get(i).asText());
    }
    return languages;
  }
}
