// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.TestFiles;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;

/** {@code transform} and {@code apply} with data and functions that this project did not make. */
class FeaturesCorpusTest {

  private static final String TAXI = "data/chicago_taxi/csv_example_gen_tfrecords/";

  @TempDir Path work;

  private static Run run(String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path resource(String name) throws IOException {
    try (var in = FeaturesCorpusTest.class.getResourceAsStream(name)) {
      Path file = work.resolve(name);
      Files.copy(in, file);
      return file;
    }
  }

  /** Python's tf.Transform reads the output and gives the same features, or the test is skipped. */
  private void checkWithPython(String raw, String transformed, String... options) throws Exception {
    Path checker = TestFiles.transformGoldens("check_transform_output.py");
    String python = Python.withTransform();
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                checker.toString(),
                "--transform_output=" + work.resolve("out"),
                "--raw=" + raw,
                "--transformed=" + work.resolve("out") + "/" + transformed));
    command.addAll(List.of(options));
    Command.run(work, command);
  }

  /** The rows of adult.data, cell by cell. */
  private static List<String[]> adult() throws IOException {
    try (Stream<String> lines = Files.lines(TestFiles.corpus("data/adult/adult.data"))) {
      return lines.filter(l -> !l.isBlank()).map(l -> l.split(", ")).toList();
    }
  }

  private static final List<String> ADULT =
      List.of(
          ("age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,"
                  + "race,sex,capital-gain,capital-loss,hours-per-week,native-country,label")
              .split(","));

  private static final List<String> NUMBERS =
      List.of("age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week");

  private void writeRaw(List<String[]> rows) throws IOException {
    List<String> csv = new ArrayList<>(List.of(String.join(",", ADULT)));
    rows.forEach(r -> csv.add(String.join(",", r)));
    Files.write(work.resolve("adult.csv"), csv);
    try (TFRecordWriter out =
        new TFRecordWriter(Files.newOutputStream(work.resolve("raw.tfrecord")), Compression.NONE)) {
      for (String[] row : rows) {
        Features.Builder features = Features.newBuilder();
        for (int i = 0; i < row.length; i++) {
          features.putFeature(ADULT.get(i), feature(ADULT.get(i), row[i]));
        }
        out.write(Example.newBuilder().setFeatures(features).build().toByteArray());
      }
    }
  }

  private static Feature feature(String column, String cell) {
    return NUMBERS.contains(column)
        ? Feature.newBuilder()
            .setFloatList(FloatList.newBuilder().addValue(Float.parseFloat(cell)))
            .build()
        : Feature.newBuilder()
            .setBytesList(BytesList.newBuilder().addValue(ByteString.copyFromUtf8(cell)))
            .build();
  }

  @Test
  void adultGetsZScoresBucketsAndVocabulariesThatPythonReads() throws Exception {
    List<String[]> rows = adult();
    writeRaw(rows);

    Run run =
        run(
            "transform",
            "--spec=" + resource("adult.yaml"),
            "--input=" + work.resolve("adult.csv"),
            "--output=" + work.resolve("out"));

    assertThat(run.out()).startsWith("32,561 train rows, 0 failures, ");
    List<Example> features = CliFixtures.examples(work.resolve("out/train"));
    assertThat(features).hasSize(32_561);
    for (String column : ADULT) {
      Function<String[], String> cell = r -> r[ADULT.indexOf(column)];
      if (NUMBERS.contains(column)) {
        assertZScores(column, rows.stream().map(cell).mapToDouble(Double::parseDouble), features);
      } else {
        assertIds(column, rows.stream().map(cell).toList(), features);
      }
    }
    checkWithPython(work.resolve("raw.tfrecord").toString(), "train-*");
  }

  /**
   * Not saved again: of what it saved and loads again, the checker keeps no more than the function,
   * and Python then forgets the module's variables.
   */
  @Test
  void modulesInsideAFunctionAreReadByPython() throws Exception {
    Path zoo = TestFiles.zoo();
    List<String> texts =
        List.of("the world is old", "never again!", "", "people know the way", "Größe 東京");
    List<String> csv = new ArrayList<>(List.of("text"));
    try (TFRecordWriter out =
        new TFRecordWriter(Files.newOutputStream(work.resolve("raw.tfrecord")), Compression.NONE)) {
      for (String text : texts) {
        csv.add('"' + text + '"');
        Features.Builder features = Features.newBuilder().putFeature("text", feature("text", text));
        out.write(Example.newBuilder().setFeatures(features).build().toByteArray());
      }
    }
    Files.write(work.resolve("texts.csv"), csv);
    Path spec =
        Files.writeString(
            work.resolve("texts.yaml"),
            """
            columns:
              text: {type: string}
            let:
              vector: hub("ZOO/nnlm", text)
            outputs:
              vector: vector
              vector_z: scale_to_z_score(vector, elementwise=true)
              upper_id: compute_and_apply_vocabulary(hub("ZOO/string_out", text, output=upper))
              word_ids: cast(hub("ZOO/bert_preprocess", text, output=input_word_ids), int64)
              old: hub("ZOO/tf1_hub", text, tags=[])
            """
                .replace("ZOO", zoo.toString()));
    run(
        "transform",
        "--spec=" + spec,
        "--input=" + work.resolve("texts.csv"),
        "--output=" + work.resolve("out"));
    checkWithPython(work.resolve("raw.tfrecord").toString(), "train-*", "--skip_resave");
  }

  /** The same numbers in order of size, by the definition of a z-score. */
  private static void assertZScores(
      String column, java.util.stream.DoubleStream values, List<Example> features) {
    double[] sorted = values.sorted().toArray();
    double mean = java.util.Arrays.stream(sorted).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] found =
        features.stream().mapToDouble(f -> CliFixtures.floats(f, column).get(0)).sorted().toArray();
    for (int i = 0; i < sorted.length; i++) {
      double expected = (sorted[i] - mean) / Math.sqrt(variance);
      assertThat(found[i]).as(column).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
    }
  }

  /**
   * Ids go from the most to the least frequent text; of equally frequent ones the last is first.
   */
  private static void assertIds(String column, List<String> cells, List<Example> features) {
    Map<String, Long> counts =
        cells.stream().collect(Collectors.groupingBy(c -> c, TreeMap::new, Collectors.counting()));
    List<Long> expected =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                    .reversed())
            .map(Map.Entry::getValue)
            .toList();
    Map<Long, Long> found = new HashMap<>();
    features.forEach(
        f ->
            found.merge(
                f.getFeatures().getFeatureOrThrow(column).getInt64List().getValue(0),
                1L,
                Long::sum));
    assertThat(found).as(column).hasSize(expected.size());
    for (int id = 0; id < expected.size(); id++) {
      assertThat(found).as(column).containsEntry((long) id, expected.get(id));
    }
  }

  @Test
  void taxiRidesWithMissingValuesGetFeaturesThatPythonReads() throws Exception {
    Path train = TestFiles.corpus(TAXI + "Split-train");
    Path eval = TestFiles.corpus(TAXI + "Split-eval");

    Run run =
        run(
            "transform",
            "--spec=" + resource("taxi.yaml"),
            "--input=" + train + "/*",
            "--evalInput=" + eval + "/*",
            "--output=" + work.resolve("out"));

    assertThat(run.out()).startsWith("9,909 train rows, 5,091 eval rows, 0 failures, ");
    checkWithPython(train + "/*", "train-*");
    checkWithPython(eval + "/*", "eval-*");
  }

  private void assertGoldenFeatures(String split, int rows) throws IOException {
    Path model = TestFiles.corpus("models/tfx_transform");
    Run run =
        run(
            "apply",
            "--transformOutput=" + model.resolve("transform_graph"),
            "--input=" + TestFiles.corpus(TAXI + split) + "/*",
            "--output=" + work.resolve(split),
            "--runner=direct");

    assertThat(run.out()).startsWith(String.format("%,d rows, 0 failures, ", rows));
    List<Example> expected = new ArrayList<>();
    try (Stream<Path> files = Files.list(model.resolve("transformed_examples").resolve(split))) {
      for (Path file : files.toList()) {
        expected.addAll(CliFixtures.records(file));
      }
    }
    assertThat(texts(CliFixtures.examples(work.resolve(split)))).isEqualTo(texts(expected));
  }

  private static List<String> texts(List<Example> examples) {
    return examples.stream()
        .map(e -> new TreeMap<>(e.getFeatures().getFeatureMap()).toString())
        .sorted()
        .toList();
  }

  @Test
  void aFunctionOfPythonGivesItsOwnTrainingExamples() throws IOException {
    assertGoldenFeatures("Split-train", 9_909);
  }

  @Test
  void aFunctionOfPythonGivesItsOwnEvaluationExamples() throws IOException {
    assertGoldenFeatures("Split-eval", 5_091);
  }
}
