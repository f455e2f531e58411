// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.plan.AccumulatorKeys;
import org.hubbeam.plan.VocabularyFormat;
import org.hubbeam.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns, features and vocabularies can have any name that tf.Transform takes. */
class NamesTest {

  /** Names that Python's tf.Transform 1.21 takes, and among them pairs that are easily confused. */
  static final List<String> NAMES =
      List.of(
          "image/encoded",
          "class",
          "None",
          "image",
          "x:y",
          "x:0",
          "a=b",
          "a,b",
          "a+b",
          "a_b",
          "a_b_1",
          "capital gain",
          "user.name",
          "日本",
          "😀",
          "Ａ",
          "x$y",
          "^x",
          "q'\"",
          "x\\y",
          "n".repeat(300),
          "",
          "0",
          "1",
          "2",
          "10",
          "/",
          "a//b",
          "/a",
          "a/",
          "_u",
          "1st",
          "inputs",
          "inputs/a",
          "output",
          "null",
          "no",
          "x\ny",
          "%d",
          "{n}",
          "-1",
          "..",
          " lead",
          "é",
          "e\u0301",
          "A",
          "a");

  private static final int ROWS = 3;

  @TempDir private Path folder;

  private static float value(int column, int row) {
    return 100 * row + column * (row == 1 ? 3 : 1);
  }

  /** The feature of each second column depends on an analyzer, those of the others do not. */
  private static float feature(int column, int row) {
    float min = value(column, 0);
    float max = value(column, 2);
    return column % 2 == 0
        ? (value(column, row) - min) / (Math.max(max, value(column, 1)) - min)
        : value(column, row) + 1;
  }

  private static Batch rows() {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.size(); i++) {
      float[] values = new float[ROWS];
      for (int row = 0; row < ROWS; row++) {
        values[row] = value(i, row);
      }
      columns.put(NAMES.get(i), Array.Dense.vector(Values.of(values)));
    }
    return Batch.of(columns);
  }

  private static ArraySpec number(String name) {
    return new ArraySpec(name, DType.FLOAT32, Shape.of(-1), Layout.DENSE);
  }

  private static Preprocessor preprocessor() {
    return Preprocessor.of(
        new BatchSchema(NAMES.stream().map(NamesTest::number).toList()),
        in -> {
          Map<String, Column> features = new LinkedHashMap<>();
          for (int i = 0; i < NAMES.size(); i++) {
            Column x = in.get(NAMES.get(i));
            features.put(NAMES.get(i), i % 2 == 0 ? Scaling.scaleTo01(x) : plusOne(x));
          }
          return features;
        });
  }

  private static Column plusOne(Column x) {
    var tf = x.tracing().tf();
    return x.withValues(
        tf.math.add(x.values(org.tensorflow.types.TFloat32.class), tf.constant(1f)));
  }

  private static void check(Map<String, Array> features) {
    assertThat(features.keySet()).containsExactlyInAnyOrderElementsOf(NAMES);
    for (int i = 0; i < NAMES.size(); i++) {
      Values.Numbers numbers = (Values.Numbers) features.get(NAMES.get(i)).values();
      for (int row = 0; row < ROWS; row++) {
        assertThat(numbers.getFloat(row))
            .as("'%s', row %d", NAMES.get(i), row)
            .isCloseTo(feature(i, row), org.assertj.core.data.Offset.offset(1e-4f));
      }
    }
  }

  private Path written() throws Exception {
    Path output = folder.resolve("output");
    try (LocalRun run = preprocessor().applyLocally(List.of(rows()))) {
      check(run.transform(rows()).columns());
      run.write(output);
    }
    return output;
  }

  @Test
  void anyNameIsAColumnAFeatureAndAnInputOfTheServedFunction() throws Exception {
    Path output = written();
    try (TransformFn function = TransformFn.load(output)) {
      check(function.apply(rows()).columns());
    }
    for (String part : List.of("metadata", "transformed_metadata")) {
      Path schema = output.resolve(part).resolve(TransformOutput.SCHEMA);
      assertThat(
              BatchSchema.parse(Files.readString(schema)).columns().stream().map(ArraySpec::name))
          .containsExactlyInAnyOrderElementsOf(NAMES);
    }
    try (Module served =
        Module.load(output.resolve("serving"), ModuleOptions.DEFAULT.withTags(Set.of("serve")))) {
      check(served.function(FunctionChoice.of("serving_default")).call(rows().columns()));
      check(
          served
              .function(FunctionChoice.of("serving_examples"))
              .call(
                  Map.of(
                      "examples",
                      Array.Dense.vector(
                          Values.ofBytes(
                              List.of(0, 1, 2).stream()
                                  .map(row -> ExampleCodec.encode(rows(), row))
                                  .toList())))));
    }
  }

  @Test
  void pythonReadsAnyName() throws Exception {
    String python = Python.withTransform();
    Path output = written();
    StringBuilder expected = new StringBuilder();
    var json = new com.fasterxml.jackson.databind.ObjectMapper();
    for (int row = 0; row < ROWS; row++) {
      Map<String, Object> line = new LinkedHashMap<>();
      for (int i = 0; i < NAMES.size(); i++) {
        line.put(NAMES.get(i), List.of(value(i, row), feature(i, row)));
      }
      expected.append(json.writeValueAsString(line)).append('\n');
    }
    Path values = folder.resolve("values.jsonl");
    Files.writeString(values, expected, StandardCharsets.UTF_8);
    Python.run(python, NamesTest.class, "names.py", folder, output.toString(), values.toString());
  }

  @Test
  void partsOfListsKeepClearOfOtherColumns() throws Exception {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("a", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
                number("a_indices")));
    Batch rows =
        Batch.of(
            Map.of(
                "a", Array.Ragged.of(Values.of(1f, 3f), new int[] {0, 1, 2}),
                "a_indices", Array.Dense.vector(Values.of(4f, 5f))));
    Preprocessor both =
        Preprocessor.of(schema, in -> Map.of("a", in.get("a"), "a_indices", in.get("a_indices")));
    Path output = folder.resolve("parts");
    try (LocalRun run = both.applyLocally(List.of(rows))) {
      run.write(output);
    }
    try (Module served =
        Module.load(output.resolve("serving"), ModuleOptions.DEFAULT.withTags(Set.of("serve")))) {
      assertThat(
              served.function(FunctionChoice.of("serving_default")).inputs().stream()
                  .map(ArraySpec::name))
          .containsExactlyInAnyOrder("a_indices", "a_indices_", "a_values", "a_dense_shape");
    }
  }

  @Test
  void savedAccumulatorsAreOfTheColumnOfThisName() {
    BatchSchema schema = new BatchSchema(List.of(number("a=b"), number("a,b")));
    List<String> keys = new java.util.ArrayList<>();
    for (String name : List.of("a=b", "a,b")) {
      Preprocessor one =
          Preprocessor.of(schema, in -> Map.of("y", Scaling.scaleTo01(plusOne(in.get(name)))));
      keys.addAll(AccumulatorKeys.compute(one.trace(), one.plan().phases().get(0)));
    }
    assertThat(keys).hasSize(2).doesNotHaveDuplicates();
    assertThat(keys.get(0)).contains("a=b");
  }

  @Test
  void aVocabularyHasTheFileNameThatPythonGivesIt() {
    Map<String, String> files =
        Map.of(
            "日本", "日本",
            "a/b", "a_b",
            "..", "__",
            " a b\t c ", "a-b-c",
            "x\0y", "x_y",
            "é²½", "é²½",
            "Ⅷ·ª", "Ⅷ_ª",
            "😀.txt", "__txt");
    files.forEach(
        (name, file) ->
            assertThat(VocabularyName.of(name, VocabularyFormat.TEXT).fileName()).isEqualTo(file));
    assertThat(VocabularyName.of("日本", VocabularyFormat.TFRECORD_GZIP).fileName())
        .isEqualTo("日本.tfrecord.gz");
  }

  @Test
  void whatCannotBeAFileNameIsRefusedBeforeAnythingRuns() {
    BatchSchema schema =
        new BatchSchema(List.of(new ArraySpec("s", DType.STRING, Shape.of(-1), Layout.DENSE)));
    for (String name : List.of("", "  ", "v".repeat(256), "日".repeat(86))) {
      assertThatThrownBy(
              () ->
                  Preprocessor.of(
                      schema,
                      in ->
                          Map.of(
                              "y",
                              Vocabularies.computeAndApplyVocabulary(
                                  in.get("s"),
                                  VocabularyOptions.DEFAULT.withFilename(name),
                                  Vocabularies.UNKNOWN))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a file cannot have the name '" + name + "'");
    }
  }

  @Test
  void oneVocabularyAppliedTwiceIsOneFileAndTwoOfOneNameAreRefused() throws Exception {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("s", DType.STRING, Shape.of(-1), Layout.DENSE),
                new ArraySpec("t", DType.STRING, Shape.of(-1), Layout.DENSE)));
    VocabularyOptions named = VocabularyOptions.DEFAULT.withFilename("my words");
    Preprocessor once =
        Preprocessor.of(
            schema,
            in ->
                Map.of(
                    "y",
                    Vocabularies.computeAndApplyVocabulary(
                        in.get("s"), named, Vocabularies.UNKNOWN),
                    "z",
                    Vocabularies.computeAndApplyVocabulary(
                        in.get("s"), named, new org.hubbeam.plan.Domain.Unknown.Buckets(2))));
    Batch rows =
        Batch.of(
            Map.of(
                "s", Array.Dense.vector(Values.of("b", "a", "a")),
                "t", Array.Dense.vector(Values.of("b", "a", "a"))));
    Path output = folder.resolve("once");
    try (LocalRun run = once.applyLocally(List.of(rows))) {
      run.write(output);
    }
    assertThat(Files.readAllLines(output.resolve("transform_fn/assets/my-words")))
        .containsExactly("a", "b");
    assertThat(output.resolve("transformed_metadata/asset_map"))
        .hasContent("{\"my words\":\"my-words\"}");
    assertThatThrownBy(
            () ->
                Preprocessor.of(
                    schema,
                    in ->
                        Map.of(
                            "y",
                            Vocabularies.computeAndApplyVocabulary(
                                in.get("s"), named, Vocabularies.UNKNOWN),
                            "z",
                            Vocabularies.computeAndApplyVocabulary(
                                in.get("t"), named, Vocabularies.UNKNOWN))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the file 'my-words'");
  }
}
