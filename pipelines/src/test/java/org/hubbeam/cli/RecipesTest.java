// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.preprocessing.TransformFn;
import org.hubbeam.reducer.GoldenCases;
import org.hubbeam.spec.GoldenComparison;
import org.hubbeam.testing.Command;
import org.hubbeam.testing.Python;
import org.hubbeam.testing.Records;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The functions of public pipelines, as spec files: {@code transform} gives the features,
 * vocabularies and schema that tf.Transform gives for the same function in Python, and the written
 * function gives them again. Integers and texts are equal, floats within 1e-5 of max(1, value).
 */
class RecipesTest {

  private static final Map<Path, Path> OUTPUTS = new HashMap<>();

  @TempDir static Path work;

  @TestFactory
  Stream<DynamicTest> theFeaturesAreThoseOfPython() {
    return TestFiles.recipes().stream()
        .map(r -> DynamicTest.dynamicTest(r.getFileName().toString(), () -> check(r)));
  }

  private static void check(Path recipe) throws IOException {
    JsonNode golden = CliFixtures.json(recipe.resolve("golden.json"));
    Path out = transform(recipe);
    BatchSchema schema = schema(out);
    Map<String, Path> vocabularies = new TreeMap<>();
    try (Stream<Path> assets = Files.list(out.resolve("transform_fn/assets"))) {
      assets
          .filter(file -> !file.getFileName().toString().startsWith("module_"))
          .forEach(file -> vocabularies.put(file.getFileName().toString(), file));
    }
    GoldenComparison comparison = new GoldenComparison(golden);
    comparison.schema(schema);
    comparison.vocabularies(vocabularies);
    comparison.rows("rows", written(out.resolve("train-00000-of-00001.tfrecord"), schema));
    comparison.rows("eval_rows", written(out.resolve("eval-00000-of-00001.tfrecord"), schema));
    try (TransformFn function = TransformFn.load(out)) {
      comparison.rows("rows", function.apply(raw(golden, "rows")));
      comparison.rows("eval_rows", function.apply(raw(golden, "eval_rows")));
    }
    comparison.finish();
  }

  /** Runs the program on a recipe; handles of modules start at the root of the source tree. */
  private static Path transform(Path recipe) throws IOException {
    Path done = OUTPUTS.get(recipe);
    if (done != null) {
      return done;
    }
    Path out = work.resolve(recipe.getFileName());
    Path spec = work.resolve(recipe.getFileName() + ".yaml");
    String text = Files.readString(recipe.resolve("spec.yaml"), StandardCharsets.UTF_8);
    Files.writeString(
        spec, text.replace("\"testdata/", "\"" + TestFiles.root().resolve("testdata") + "/"));
    Run run =
        Run.of(
            "transform",
            "--spec=" + spec,
            "--input=" + recipe + "/train.*",
            "--evalInput=" + recipe + "/eval.*",
            "--output=" + out,
            "--shards=1",
            "--runner=direct");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(" 0 failures, ");
    OUTPUTS.put(recipe, out);
    return out;
  }

  private static BatchSchema schema(Path out) throws IOException {
    return BatchSchema.parse(
        Files.readString(out.resolve("transformed_metadata/schema.pbtxt"), StandardCharsets.UTF_8));
  }

  private static Batch written(Path file, BatchSchema schema) throws IOException {
    return ExampleCodec.decode(
        Records.read(file),
        schema,
        failure -> {
          throw new AssertionError(failure.toString());
        });
  }

  private static Batch raw(JsonNode golden, String part) {
    List<JsonNode> rows = new ArrayList<>();
    golden.get(part).forEach(rows::add);
    Map<String, Array> columns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> column : golden.get("feature_spec").properties()) {
      columns.put(column.getKey(), GoldenCases.column(column.getValue(), column.getKey(), rows));
    }
    return Batch.of(columns);
  }

  /** The page is written by {@code testdata/recipes/make_page.py}. */
  @Test
  void thePageHasEverySpec() throws IOException {
    String page =
        Files.readString(TestFiles.root().resolve("docs/recipes.md"), StandardCharsets.UTF_8);
    List<String> names = new ArrayList<>();
    for (Path recipe : TestFiles.recipes()) {
      names.add("## " + recipe.getFileName());
      String spec = Files.readString(recipe.resolve("spec.yaml"), StandardCharsets.UTF_8);
      String intro = spec.lines().takeWhile(l -> l.startsWith("#")).collect(joining("\n"));
      assertThat(page)
          .contains(intro.replaceAll("(?m)^# ?", ""), spec.substring(intro.length() + 1));
    }
    assertThat(page.lines().filter(l -> l.startsWith("## ")).toList())
        .containsExactlyElementsOf(names);
  }

  @Test
  void pythonReadsTheWrittenFunctionsAndGivesTheSame() throws Exception {
    String python = Python.withTransform();
    List<String> command =
        new ArrayList<>(
            List.of(
                python, TestFiles.root().resolve("testdata/recipes/check_outputs.py").toString()));
    for (Path recipe : TestFiles.recipes()) {
      command.add(transform(recipe).toString());
    }
    Command.run(work, command);
  }
}
