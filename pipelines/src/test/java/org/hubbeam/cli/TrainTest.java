// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testdata.DemoModule;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {

  private static final Map<String, List<String>> WORDS =
      Map.of(
          "kitchen", List.of("soup", "bread", "oven", "butter", "spoon", "salt", "onion"),
          "sea", List.of("ship", "harbour", "wave", "sail", "anchor", "gull", "tide"),
          "school", List.of("pupil", "lesson", "chalk", "homework", "exam", "teacher", "book"));

  @TempDir private static Path shared;
  private static Path module;

  @TempDir private Path work;

  @BeforeAll
  static void writeModule() throws IOException {
    module = shared.resolve("demo");
    DemoModule.write(module);
  }

  /** Sentences of which each word tells the class. */
  private static List<String> rows(int count, int seed) {
    Random random = new Random(seed);
    List<String> classes = WORDS.keySet().stream().sorted().toList();
    List<String> rows = new ArrayList<>(List.of("text,place,size"));
    for (int i = 0; i < count; i++) {
      String place = classes.get(i % classes.size());
      List<String> words = WORDS.get(place);
      rows.add(
          String.join(" ", random.ints(4, 0, words.size()).mapToObj(words::get).toList())
              + ","
              + place
              + ","
              + classes.indexOf(place));
    }
    return rows;
  }

  private Path table(String name, List<String> rows) throws IOException {
    return Files.write(work.resolve(name), rows);
  }

  private Run train(Path table, String output, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--module=" + module,
                "--input=" + table,
                "--output=" + work.resolve(output),
                "--runner=direct"));
    if (Stream.of(more).noneMatch(o -> o.startsWith("--epochs=") || o.contains("lbfgs"))) {
      all.add("--epochs=60");
    }
    all.addAll(List.of(more));
    if (Stream.of(more).noneMatch(o -> o.startsWith("--label="))) {
      all.add("--label=place");
    }
    if (Stream.of(more).noneMatch(o -> o.startsWith("--column="))) {
      all.add("--column=text");
    }
    return Run.of(all.toArray(String[]::new));
  }

  private static byte[] variables(Path folder) throws IOException {
    return Files.readAllBytes(folder.resolve("variables/variables.data-00000-of-00001"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aTableAndAModuleGiveAModuleThatNamesClasses() throws IOException {
    List<String> rows = rows(150, 1);
    rows.add("no label here,,1");
    rows.add("one cell too many,sea,1,2");

    Run run = train(table("t.csv", rows), "out");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("150 rows, 2 failures, 3 classes, accuracy");
    Path out = work.resolve("out");
    assertThat(names(out))
        .containsExactly(
            "assets",
            "failures.jsonl",
            "manifest.json",
            "report.html",
            "report.json",
            "saved_model.pb",
            "variables");
    assertThat(Files.readString(out.resolve("assets/labels.txt")))
        .isEqualTo("kitchen\nschool\nsea\n");
    assertThat(Files.readString(out.resolve("failures.jsonl")))
        .hasLineCount(2)
        .contains("\"column\":\"place\"", "the row has no label", "t.csv@");
    JsonNode manifest = CliFixtures.json(out.resolve("manifest.json"));
    assertThat(manifest.path("rows").asInt() + manifest.path("failures").asInt()).isEqualTo(152);
    assertThat(manifest.path("features").path("rows").asInt()).isEqualTo(150);
    JsonNode parts = CliFixtures.json(out.resolve("report.json")).path("parts");
    assertThat(parts.get(0).path("rows").asInt() + parts.get(1).path("rows").asInt())
        .isEqualTo(150);
    assertThat(parts.get(1).path("rows").asInt()).isEqualTo(manifest.path("held_out").asInt());
    assertThat(parts.get(1).path("accuracy").asDouble()).isGreaterThan(0.95);
    try (Module trained =
        Module.load(out, ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))) {
      Map<String, Array> given =
          trained
              .function(FunctionChoice.of("serving_default"))
              .call(
                  Map.of("text", Array.Dense.vector(Values.of("sail with the tide", "salt soup"))));
      float[] scores = ((Values.Numbers) given.get("scores").values()).toFloats();
      assertThat(scores[2]).isGreaterThan(0.6f);
      assertThat(scores[3]).isGreaterThan(0.6f);
    }
  }

  @Test
  void vectorsInACacheAreUsedAgainForTheSameRowsModuleAndOptionsAlone() throws IOException {
    Path table = table("t.csv", rows(60, 2));
    String cache = "--cache=" + work.resolve("cache");
    Run first = train(table, "first", cache, "--epochs=2", "--shards=1");
    Run second = train(table, "second", cache, "--epochs=3", "--hidden=4");

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(first.err()).contains("embedding with").doesNotContain("using the vectors");
    assertThat(second.err()).contains("using the vectors in").doesNotContain("embedding with");

    Run label = train(table, "third", cache, "--label=size");
    assertThat(label.code()).isEqualTo(2);
    assertThat(label.err())
        .hasLineCount(1)
        .contains("were made with --label=place, not --label=size", "--cache", "--overwrite");

    Run other = train(table, "third", cache, "--module=" + module, "--column=text");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("were made without the module " + module);

    table("t.csv", rows(63, 2));
    Run changed = train(table, "third", cache);
    assertThat(changed.code()).isEqualTo(2);
    assertThat(changed.err())
        .contains("were made of another version of the file")
        .contains("t.csv");

    Run again = train(table, "third", cache, "--overwrite", "--epochs=1");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("they are computed again", "embedding with");
    assertThat(again.out()).contains("63 rows");
  }

  @Test
  void howManyFilesTheVectorsAreInMakesNoDifference() throws IOException {
    Path table = table("t.csv", rows(90, 3));
    Run one = train(table, "one", "--shards=1", "--epochs=3", "--batchRows=7");
    Run five = train(table, "five", "--shards=5", "--epochs=3", "--batchRows=7");

    assertThat(one.code() + five.code()).as(one.err() + five.err()).isZero();
    assertThat(variables(work.resolve("one"))).isEqualTo(variables(work.resolve("five")));
    assertThat(variables(work.resolve("one"))).isNotEmpty();
  }

  @Test
  void filesInFoldersAreLabelledByThem() throws IOException {
    Files.createDirectories(work.resolve("a"));
    Path file = Files.writeString(work.resolve("a/x.png"), "no picture", StandardCharsets.UTF_8);

    Run run = train(file, "out", "--inputFormat=image", "--label=kind", "--column=text");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("excludes --column");
  }

  @Test
  void numbersBesideTextsAreFeaturesAndInputs() throws IOException {
    Run run =
        train(
            table("t.csv", rows(60, 4)),
            "out",
            "--label=size",
            "--task=number",
            "--numbers=size",
            "--epochs=1");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--numbers=size is the label");

    List<String> rows = new ArrayList<>(List.of("text,a,price"));
    for (int i = 0; i < 60; i++) {
      rows.add("room " + i % 2 + "," + (i % 10 - 5) + "," + (2 * (i % 10 - 5) + 1));
    }
    Run numbers =
        train(
            table("n.csv", rows),
            "numbers",
            "--label=price",
            "--task=number",
            "--numbers=a",
            "--l2=0.0001",
            "--optimizer=lbfgs");
    assertThat(numbers.code()).as(numbers.err()).isZero();
    JsonNode parts = CliFixtures.json(work.resolve("numbers/report.json")).path("parts");
    assertThat(parts.get(1).path("root_mean_squared_error").asDouble(0)).isLessThan(0.2);
    try (Module trained =
        Module.load(
            work.resolve("numbers"),
            ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL))) {
      Map<String, Array> given =
          trained
              .function(FunctionChoice.of("serving_default"))
              .call(
                  Map.of(
                      "text", Array.Dense.vector(Values.of("room 1")),
                      "a", Array.Dense.vector(Values.of(3f))));
      assertThat(((Values.Numbers) given.get("scores").values()).getFloat(0)).isBetween(6.5f, 7.5f);
    }
  }

  /** A thousand sentences in each of eleven languages; Keras gets 0.814. */
  @Test
  void aHeadTellsTheLanguageOfASentence() throws IOException {
    Path corpus = TestFiles.corpus("data/tatoeba");
    List<String> rows = new ArrayList<>(List.of("sentence,language"));
    Set<String> english = new LinkedHashSet<>();
    for (String file : names(corpus)) {
      String language = file.substring(file.lastIndexOf('.') + 1);
      if (!file.startsWith("tatoeba.")) {
        continue;
      }
      List<String> sentences = Files.readAllLines(corpus.resolve(file));
      if (language.equals("eng")) {
        english.addAll(sentences);
      } else {
        sentences.forEach(sentence -> rows.add(quoted(sentence) + "," + language));
      }
    }
    english.stream().limit(1000).forEach(sentence -> rows.add(quoted(sentence) + ",eng"));

    Run run =
        train(table("t.csv", rows), "out", "--column=sentence", "--label=language", "--epochs=50");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode held = CliFixtures.json(work.resolve("out/report.json")).path("parts").get(1);
    assertThat(held.path("rows").asInt()).isBetween(2000, 2400);
    assertThat(held.path("accuracy").asDouble()).isGreaterThan(0.79);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
