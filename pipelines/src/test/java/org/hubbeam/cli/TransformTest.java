// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Columns;
import org.hubbeam.preprocessing.PreprocessingFunction;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.TransformFn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;

/** {@code transform} and {@code apply} from file to file. */
class TransformTest {

  private static final String SPEC =
      """
      columns:
        age: {type: float32}
        job: {type: string}
        sold: {type: int64}
      outputs:
        age_z: scale_to_z_score(age)
        job_id: compute_and_apply_vocabulary(to_lower(job), vocab_filename=jobs)
        sold: sold
      """;

  /** Ages 10, 20 and 30 once 'x' is left out: their mean is 20, their deviation sqrt(200 / 3). */
  private static final String TRAIN =
      "age,job,sold\n10,Baker,1\nx,smith,2\n20,smith,3\n30,SMITH,4\n";

  private static final String EVAL = "age,job,sold\n20,baker,5\n1000,poet,6\n7,8\n";
  private static final double DEVIATION = Math.sqrt(200 / 3.0);

  @TempDir Path work;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(work.resolve("spec.yaml"), SPEC);
    Files.writeString(work.resolve("train.csv"), TRAIN);
    Files.writeString(work.resolve("eval.csv"), EVAL);
  }

  private Run transform(String... more) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "transform",
                    "--input=" + work.resolve("train.csv"),
                    "--output=" + work.resolve("out")),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Run transformSpec(String... more) {
    return transform(
        Stream.concat(Stream.of("--spec=" + work.resolve("spec.yaml")), Stream.of(more))
            .toArray(String[]::new));
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("out"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private JsonNode manifest() throws IOException {
    return CliFixtures.json(work.resolve("out/manifest.json"));
  }

  private static long number(Example example, String feature) {
    return example.getFeatures().getFeatureOrThrow(feature).getInt64List().getValue(0);
  }

  /** Ages and jobs by what was sold, which tells the rows apart. */
  private Map<Long, Example> rows(String prefix) throws IOException {
    Map<Long, Example> rows = new TreeMap<>();
    for (Example example : CliFixtures.examples(work.resolve(prefix))) {
      assertThat(rows.put(number(example, "sold"), example)).isNull();
    }
    return rows;
  }

  private static void assertRow(Example row, double age, long job) {
    assertThat(CliFixtures.floats(row, "age_z").get(0))
        .isCloseTo((float) ((age - 20) / DEVIATION), within(1e-5f));
    assertThat(number(row, "job_id")).isEqualTo(job);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "direct"})
  void featuresOfBothSplitsAreThoseOfTheTrainingData(String engine) throws IOException {
    Run run =
        transformSpec(
            "--evalInput=" + work.resolve("eval.csv"), "--runner=" + engine, "--shards=1");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().strip())
        .matches(
            "3 train rows, 2 eval rows, 2 failures, .* \\(.* rows?/s\\) -> " + work.resolve("out"));
    assertThat(run.err())
        .startsWith("transforming with " + work.resolve("spec.yaml") + " on ")
        .contains("failures are listed in " + work.resolve("out/failures.jsonl"));
    assertThat(written())
        .containsExactly(
            "eval-00000-of-00001.tfrecord",
            "failures.jsonl",
            "manifest.json",
            "metadata",
            "serving",
            "train-00000-of-00001.tfrecord",
            "transform_fn",
            "transformed_metadata");
    Map<Long, Example> train = rows("out/train");
    assertThat(train.keySet()).containsExactly(1L, 3L, 4L);
    assertRow(train.get(1L), 10, 1);
    assertRow(train.get(3L), 20, 0);
    assertRow(train.get(4L), 30, 0);
    Map<Long, Example> eval = rows("out/eval");
    assertThat(eval.keySet()).containsExactly(5L, 6L);
    assertRow(eval.get(5L), 20, 1);
    assertRow(eval.get(6L), 1000, -1);
    assertFailures();
    assertThat(work.resolve("out/transform_fn/assets/jobs")).hasContent("smith\nbaker");
    try (TransformFn function = TransformFn.load(work.resolve("out"))) {
      Map<String, Object> row = function.apply(Map.of("age", 30f, "job", "Baker", "sold", 9L));
      assertThat((Float) row.get("age_z")).isCloseTo((float) (10 / DEVIATION), within(1e-5f));
      assertThat(row).containsEntry("job_id", 1L).containsEntry("sold", 9L);
    }
  }

  private void assertFailures() throws IOException {
    List<String> lines =
        Files.readAllLines(work.resolve("out/failures.jsonl")).stream().sorted().toList();
    assertThat(lines).hasSize(2);
    JsonNode eval = CliFixtures.json(lines.get(0));
    assertThat(eval.get("id").asText()).isEqualTo(work.resolve("eval.csv") + "@36");
    assertThat(eval.get("reason").asText()).isEqualTo("expected 3 cells, found 2");
    JsonNode train = CliFixtures.json(lines.get(1));
    assertThat(train.get("id").asText()).isEqualTo(work.resolve("train.csv") + "@24");
    assertThat(train.get("column").asText()).isEqualTo("age");
    assertThat(train.get("reason").asText()).isEqualTo("expected float32, found 'x'");
    JsonNode manifest = manifest();
    assertThat(manifest.at("/splits/train/rows").asInt()).isEqualTo(3);
    assertThat(manifest.at("/splits/train/files").toString())
        .isEqualTo("[\"train-00000-of-00001.tfrecord\"]");
    assertThat(manifest.at("/splits/eval/rows").asInt()).isEqualTo(2);
    assertThat(manifest.at("/splits/eval/input").asText())
        .isEqualTo(work.resolve("eval.csv").toString());
    assertThat(manifest.get("failures").asInt()).isEqualTo(2);
    assertThat(manifest.get("versions").get("tensorflow").asText()).startsWith("2.");
  }

  @Test
  void anOutputIsReplacedOnlyWhenAskedToAndWhollyThen() throws IOException {
    assertThat(transformSpec("--evalInput=" + work.resolve("eval.csv"), "--runner=direct").code())
        .isZero();
    String digest = manifest().get("digest").asText();
    assertThat(digest).matches("[0-9a-f]{64}");
    List<String> before = written();

    Run refused = transformSpec("--runner=direct");

    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err().strip())
        .matches(".*the output exists already: .*; use --overwrite to replace it")
        .hasLineCount(1);
    assertThat(written()).isEqualTo(before);

    Run replaced = transformSpec("--runner=direct", "--overwrite");

    assertThat(replaced.code()).as(replaced.err()).isZero();
    assertThat(replaced.out()).startsWith("3 train rows, 1 failure, ");
    assertThat(written()).noneMatch(name -> name.startsWith("eval-"));
    assertThat(manifest().get("digest").asText())
        .as("the function is that of the training data, whatever is evaluated")
        .isEqualTo(digest);
  }

  @Test
  void whatStopsTheJobLeavesNothingThatLooksWhole() throws IOException {
    assertThat(transformSpec("--runner=direct").code()).isZero();
    Files.writeString(
        work.resolve("spec.yaml"),
        SPEC.replace(
            "scale_to_z_score(age)", "compute_and_apply_vocabulary(job, labels=sub(sold, 3))"));

    Run run = transformSpec("--runner=direct", "--overwrite");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("hubbeam transform: the analysis stops")
        .contains("train.csv");
    assertThat(work.resolve("out/manifest.json")).doesNotExist();
    assertThat(work.resolve("out/transform_fn/saved_model.pb")).doesNotExist();
    assertThat(written()).noneMatch(name -> name.endsWith(".tfrecord"));
  }

  @Test
  void whenNoRowCameThroughTheExitCodeSaysSo() throws IOException {
    Files.writeString(work.resolve("train.csv"), "age,job,sold\nold,x,1\n");

    Run run = transformSpec("--runner=direct");

    assertThat(run.out()).startsWith("0 train rows, 1 failure, ");
    assertThat(run.code()).isEqualTo(1);
    assertThat(manifest().at("/splits/train/rows").asInt()).isZero();
  }

  @Test
  void thePlanIsExplainedWithoutData() {
    Run run = Run.of("transform", "--spec=" + work.resolve("spec.yaml"), "--explain");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("phase 0", " of age", "jobs", "outputs", "age_z: float32 [?]");
    assertThat(work.resolve("out")).doesNotExist();
  }

  @Test
  void whatTheSpecAnalyzesIsShownAndKept() throws IOException {
    Files.writeString(
        work.resolve("spec.yaml"),
        SPEC
            + """
            analyzers:
              mean_age: mean(age)
              bounds: quantiles(age, num_buckets=2, epsilon=0.01)
              jobs: vocabulary(job, vocab_filename=all_jobs)
            """);

    Run run = transformSpec();

    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.subList(0, 3))
        .containsExactly("mean_age  20.0", "bounds    [[20.0]]", "jobs      3");
    assertThat(lines.get(3)).startsWith("3 train rows, ");
    assertThat(manifest().get("analyzers").toString())
        .isEqualTo("{\"mean_age\":20.0,\"bounds\":[[20.0]],\"jobs\":3}");
  }

  /** A function of a user's own. */
  public static final class Doubled implements PreprocessingFunction {

    /** As every such class has it. */
    public Doubled() {}

    @Override
    public Map<String, Column> apply(Columns inputs) {
      Column sizes = inputs.get("sizes");
      return Map.of("sizes", Scaling.scaleTo01(sizes), "as_they_are", sizes);
    }
  }

  @Test
  void aClassIsFittedToListsInJsonLines() throws IOException {
    Files.writeString(work.resolve("schema.pbtxt"), "feature { name: \"sizes\" type: FLOAT }\n");
    Files.writeString(
        work.resolve("in.jsonl"), "{\"sizes\": [1, 3]}\n{\"sizes\": []}\n{\"sizes\": [5]}\n");

    Run run =
        Run.of(
            "transform",
            "--function=" + Doubled.class.getName(),
            "--schema=" + work.resolve("schema.pbtxt"),
            "--input=" + work.resolve("in.jsonl"),
            "--output=" + work.resolve("out"),
            "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CliFixtures.examples(work.resolve("out/train")))
        .extracting(
            e -> CliFixtures.floats(e, "sizes") + " " + CliFixtures.floats(e, "as_they_are"))
        .containsExactlyInAnyOrder("[0.0, 0.5] [1.0, 3.0]", "[] []", "[1.0] [5.0]");
    assertThat(manifest().get("function").asText()).isEqualTo(Doubled.class.getName());
  }

  @Test
  void laterDataGetTheFeaturesOfTheFittedFunction() throws IOException {
    assertThat(transformSpec("--runner=direct").code()).isZero();

    Run run =
        Run.of(
            "apply",
            "--transformOutput=" + work.resolve("out"),
            "--input=" + work.resolve("eval.csv"),
            "--output=" + work.resolve("later/new"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("2 rows, 1 failure, ");
    Map<Long, Example> rows = rows("later/new");
    assertRow(rows.get(5L), 20, 1);
    assertRow(rows.get(6L), 1000, -1);
    JsonNode later = CliFixtures.json(work.resolve("later/new.manifest.json"));
    assertThat(later.get("digest")).isEqualTo(manifest().get("digest"));
    assertThat(later.at("/splits/all/rows").asInt()).isEqualTo(2);
    assertThat(work.resolve("later/new.schema.pbtxt")).content().contains("age_z", "job_id");
    assertThat(Files.readAllLines(work.resolve("later/new.failures.jsonl"))).hasSize(1);
  }

  @Test
  void laterDataWithoutAColumnGetTheFeaturesThatDoNotNeedIt() throws IOException {
    assertThat(transformSpec("--runner=direct").code()).isZero();
    Files.writeString(
        work.resolve("some.pbtxt"),
        """
        feature { name: "age" type: FLOAT shape {} presence { min_fraction: 1 } }
        feature { name: "sold" type: INT shape {} presence { min_fraction: 1 } }
        """);
    Files.writeString(work.resolve("later.csv"), "sold,age\n9,30\n");

    Run run =
        Run.of(
            "apply",
            "--transformOutput=" + work.resolve("out"),
            "--schema=" + work.resolve("some.pbtxt"),
            "--input=" + work.resolve("later.csv"),
            "--output=" + work.resolve("later"),
            "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("features left out, because the columns [job] are missing: [job_id]");
    Example row = rows("later").get(9L);
    assertThat(row.getFeatures().getFeatureMap()).containsOnlyKeys("age_z", "sold");
    assertThat(CliFixtures.floats(row, "age_z").get(0))
        .isCloseTo((float) (10 / DEVIATION), within(1e-5f));
  }

  @Test
  void filesThatWereAnalyzedAreNotAnalyzedAgainAndCountNonetheless() throws IOException {
    String cache = "--cache=" + work.resolve("cache");
    assertThat(transformSpec(cache, "--runner=direct").code()).isZero();
    Files.writeString(
        work.resolve("train2.csv"), "age,job,sold\n100,poet,7\n40,poet,8\n10,poet,9\n");
    long before = RowCount.seen("rows_analyzed").rows();

    Run run =
        Run.of(
            "transform",
            "--spec=" + work.resolve("spec.yaml"),
            "--input=" + work.resolve("train*.csv"),
            "--output=" + work.resolve("both"),
            cache,
            "--runner=direct");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("6 train rows, 1 failure, ");
    assertThat(RowCount.seen("rows_analyzed").rows() - before).isEqualTo(3);
    Example first = rows("both/train").get(1L);
    assertThat(CliFixtures.floats(first, "age_z").get(0))
        .as("(10 - 35) / deviation of 10, 20, 30, 100, 40, 10")
        .isCloseTo((float) (-25 / Math.sqrt(5750 / 6.0)), within(1e-5f));
    assertThat(work.resolve("both/transform_fn/assets/jobs")).hasContent("poet\nsmith\nbaker");
  }
}
