// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.testdata.DemoModule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Encoders of made-up languages: a word is {@code w} with a number, {@code v} with the same one, or
 * a character.
 */
class TrainEncoderTest {

  private static final int WORDS = 50;

  @TempDir private Path work;

  @Test
  void pairsBecomeAModuleWhoseVectorsFindTranslations() throws IOException {
    Path first = Files.write(work.resolve("one.tsv"), pairs(300, 1));
    List<String> second = pairs(300, 2);
    second.addAll(List.of("\tno first", "no second\t  ", "a\tb\tc", "alone", "...\tno words"));
    Files.write(work.resolve("two.tsv"), second);

    Run run = train("--pairs=" + first + "," + work.resolve("two.tsv"), "--heldOut=0.2");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("one.tsv: P@1 ", "two.tsv: P@1 ", "mean of 2 files: P@1 ", "float32: ")
        .contains("600 pairs, 5 failures, ");
    assertThat(Files.readAllLines(work.resolve("out/failures.jsonl")))
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).contains("the text is empty", "\"first\""))
        .anySatisfy(line -> assertThat(line).contains("the text is empty", "\"second\""))
        .anySatisfy(line -> assertThat(line).contains("expected 2 cells, found 3"))
        .anySatisfy(line -> assertThat(line).contains("expected 2 cells, found 1"))
        .anySatisfy(line -> assertThat(line).contains("two.tsv@", "without words"));
    JsonNode report = CliFixtures.json(work.resolve("out/report.json"));
    int learnt = report.path("train").asInt();
    assertThat(learnt + report.path("held_out").asInt() + report.path("left_out").asInt())
        .isEqualTo(600);
    for (JsonNode file : report.path("files")) {
      assertThat(file.path("precision_at_1").asDouble()).isGreaterThan(0.9);
      assertThat(file.path("precision_at_1_untrained").asDouble()).isLessThan(0.5);
    }
    assertThat(work.resolve("out/.unfinished-training")).doesNotExist();
    assertThat(cosine("w7 w3 w9", "v7 v3 v9")).isGreaterThan(0.6f);
    assertThat(cosine("w7 w3 w9", "v8 v4 v1")).isLessThan(0.5f);
    Run again = train("--pairs=" + first);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already", "--overwrite");
  }

  @Test
  void aTeacherIsLearntFromOnceComputedVectors() throws IOException {
    DemoModule.write(work.resolve("teacher"));
    List<String> sentences =
        pairs(300, 3).stream().flatMap(line -> Stream.of(line.split("\t", -1))).toList();
    Path texts = Files.write(work.resolve("texts.txt"), sentences);
    String[] arguments = {
      "--teacher=" + work.resolve("teacher"),
      "--input=" + texts,
      "--cache=" + work.resolve("cache"),
      "--dimension=64",
      "--int8"
    };

    Run run = train(arguments);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("float32: ", "int8: ", "neighbours shared");
    JsonNode report = CliFixtures.json(work.resolve("out/report.json"));
    assertThat(report.path("dimension").asInt()).isEqualTo(DemoModule.DIMENSION);
    assertThat(report.path("modules")).hasSize(2);
    long[] bytes = new long[2];
    for (int i = 0; i < 2; i++) {
      JsonNode module = report.path("modules").path(i);
      bytes[i] = module.path("bytes").asLong();
      assertThat(module.path("mean_cosine").asDouble()).isGreaterThan(0.8);
      assertThat(module.path("shared_neighbours").asDouble()).isGreaterThan(0.4);
    }
    assertThat(bytes[1]).isLessThan(bytes[0] / 3);
    assertThat(run.out()).containsPattern("teacher: .* texts/s");
    JsonNode teacher = report.path("teacher");
    try (Stream<Path> files = Files.walk(work.resolve("teacher"))) {
      assertThat(teacher.path("bytes").asLong())
          .isEqualTo(files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
    }
    assertThat(teacher.path("texts_per_second").asDouble()).isPositive();
    try (Module module = Module.load(work.resolve("out"), ModuleOptions.DEFAULT)) {
      assertThat(module.info().variables())
          .extracting(v -> v.name())
          .containsExactlyInAnyOrder("codes", "scales", "projection");
    }

    Run again =
        train(Stream.concat(Stream.of(arguments), Stream.of("--overwrite")).toArray(String[]::new));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("using the vectors in");
    Files.writeString(texts, "another text\n");
    Files.delete(work.resolve("out/saved_model.pb"));
    Files.delete(work.resolve("out/manifest.json"));
    Run other =
        Run.of(
            arguments(
                Stream.concat(Stream.of(arguments), Stream.of("--output=" + work.resolve("else")))
                    .toArray(String[]::new)));
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("another version of the file", "--cache");
  }

  @Test
  void columnsOfTablesAndQuotedPairsAreRead() throws IOException {
    List<String> rows = new ArrayList<>(List.of("here,there"));
    pairs(60, 4).forEach(line -> rows.add("\"" + line.replace("\t", "\",\"") + "\""));
    Path pairs = Files.write(work.resolve("pairs.csv"), rows);

    Run run = train("--pairs=" + pairs, "--pairsHeader", "--epochs=1", "--heldOut=0");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("60 pairs, 0 failures, 0 held out");

    DemoModule.write(work.resolve("teacher"));
    Run taught =
        train(
            "--teacher=" + work.resolve("teacher"),
            "--input=" + pairs,
            "--column=here,there",
            "--epochs=1",
            "--overwrite");
    assertThat(taught.code()).as(taught.err()).isZero();
    assertThat(taught.out()).containsPattern("(119|120) texts, 0 failures");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "|--pairs is missing",
        "--pairs=nowhere.tsv|nowhere.tsv",
        "--pairs=PAIRS --column=a|--column requires --teacher",
        "--pairs=PAIRS --batchSize=1|a batch has 2 to 4,096 texts, not 1",
        "--pairs=PAIRS --temperature=0|a temperature is from 0.01 to 100",
        "--pairs=PAIRS --heldOut=1|from 0 to below 1",
        "--pairs=PAIRS --buckets=0|at least one row of one number",
        "--pairs=PAIRS --rate=0|a rate is above 0",
        "--pairs=PAIRS --epochs=0|there is at least one epoch, not 0",
        "--pairs=|--pairs has an empty name",
        "--pairs=PAIRS --pairsHeader --pairsFormat=csv|has 1 column",
        "--teacher=TEACHER|--teacher requires --input",
        "--teacher=TEACHER --input=PAIRS --pairs=PAIRS|not of both",
        "--teacher=TEACHER --input=PAIRS --temperature=1|--temperature is for pairs",
        "--teacher=TEACHER --input=PAIRS --column=w1 --outputKey=no|has no such output",
      })
  void wrongUseIsToldBeforeAnythingIsRead(String arguments, String message) throws IOException {
    Path pairs = Files.write(work.resolve("pairs.tsv"), List.of("w1\tv1"));
    DemoModule.write(work.resolve("teacher"));
    String given = arguments == null ? "" : arguments;
    Run run =
        train(
            Stream.of(given.split(" ", -1))
                .filter(a -> !a.isEmpty())
                .map(a -> a.replace("PAIRS", pairs.toString()))
                .map(a -> a.replace("TEACHER", work.resolve("teacher").toString()))
                .toArray(String[]::new));

    assertThat(run.err().lines()).singleElement().asString().contains(message);
    assertThat(run.code()).isIn(1, 2);
    assertThat(work.resolve("out/saved_model.pb")).doesNotExist();
  }

  @Test
  void aCheckpointOfOtherOptionsIsRefused() throws IOException {
    Path pairs = Files.write(work.resolve("pairs.tsv"), pairs(60, 5));
    Path left = Files.createDirectories(work.resolve("out/.unfinished-training"));
    Files.writeString(left.resolve("checkpoint"), "a state");
    Files.writeString(left.resolve("options.json"), "[\"--rate=0.02\"]");

    Run run = train("--pairs=" + pairs, "--epochs=1");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("with --rate=0.02, without --epochs=1", "--overwrite");

    Run again = train("--pairs=" + pairs, "--epochs=1", "--overwrite");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(left).doesNotExist();
  }

  @Test
  void onePairIsTooLittle() throws IOException {
    Path pairs = Files.write(work.resolve("pairs.tsv"), List.of("w1\tv1"));

    Run run = train("--pairs=" + pairs, "--heldOut=0");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("there must be at least two texts or pairs to learn from");
  }

  private float cosine(String left, String right) {
    try (Module module = Module.load(work.resolve("out"), ModuleOptions.DEFAULT)) {
      Map<String, Array> given =
          module
              .function(FunctionChoice.of("serving_default"))
              .call(Map.of("sentences", Array.Dense.vector(Values.of(left, right))));
      Array.Dense vectors = (Array.Dense) given.get("output_0");
      float[] values = ((Values.Numbers) vectors.values()).toFloats();
      float sum = 0;
      for (int i = 0; i < vectors.rowSize(); i++) {
        sum += values[i] * values[vectors.rowSize() + i];
      }
      return sum;
    }
  }

  private Run train(String... arguments) {
    return Run.of(
        arguments(
            Stream.concat(Stream.of(arguments), Stream.of("--output=" + work.resolve("out")))
                .toArray(String[]::new)));
  }

  private static String[] arguments(String... given) {
    return Stream.concat(Stream.of("train-encoder", "--runner=direct"), Stream.of(given))
        .toArray(String[]::new);
  }

  /** Lines of pairs. */
  private static List<String> pairs(int count, long seed) {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder left = new StringBuilder();
      StringBuilder right = new StringBuilder();
      for (int word = 0; word < 6; word++) {
        int number = random.nextInt(WORDS);
        left.append(word == 0 ? "w" : " w").append(number);
        if (seed == 1) {
          right.append((char) ('一' + number));
        } else {
          right.append(word == 0 ? "v" : " v").append(number);
        }
      }
      lines.add(left + "\t" + right);
    }
    return lines;
  }
}
