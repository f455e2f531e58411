// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
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
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformOutputTest {

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("years-old", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
              new ArraySpec("list", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("label", DType.FLOAT32, Shape.of(-1), Layout.DENSE)));

  private static final Batch ROWS =
      Batch.of(
          columns(
              "years-old", Array.Dense.vector(Values.of(4f, 1f, 5f, 2f)),
              "list", Array.Ragged.of(Values.of(1f, 3f), new int[] {0, 1, 1, 2, 2}),
              "label", Array.Dense.vector(Values.of(0f, 1f, 0f, 1f))));

  private static final Preprocessor PREPROCESSOR =
      Preprocessor.of(
          SCHEMA,
          in ->
              Map.of(
                  "age", Scaling.scaleToZScore(in.get("years-old")),
                  "list_z", Scaling.scaleToZScore(in.get("list")),
                  "label", in.get("label")));

  @TempDir private Path folder;

  private static Map<String, Array> columns(Object... namesAndArrays) {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (int i = 0; i < namesAndArrays.length; i += 2) {
      columns.put((String) namesAndArrays[i], (Array) namesAndArrays[i + 1]);
    }
    return columns;
  }

  private Path written() throws Exception {
    Path output = folder.resolve("output");
    try (LocalRun run = PREPROCESSOR.applyLocally(List.of(ROWS))) {
      TransformOutput.of(PREPROCESSOR, run.results())
          .withLabels(List.of("label"))
          .write(output, Path::of);
    }
    return output;
  }

  @Test
  void oneRowAloneIsTransformedAsInABatch() throws Exception {
    try (TransformFn function = TransformFn.load(written())) {
      Batch all = function.apply(ROWS);
      assertThat(function.rawSchema()).isEqualTo(SCHEMA);
      Map<String, Object> row =
          function.apply(Map.of("years-old", 5, "list", List.of(3f), "label", 0));
      assertThat(row)
          .containsEntry("age", ((Values.Numbers) all.column("age").values()).getFloat(2))
          .containsEntry("list_z", List.of(1f))
          .containsEntry("label", 0f);
    }
  }

  @Test
  void featuresThatNeedAnAbsentColumnAreLeftOut() throws Exception {
    try (TransformFn function = TransformFn.load(written())) {
      assertThat(function.apply(ROWS.only(List.of("years-old"))).columns().keySet())
          .containsExactly("age");
      assertThat(function.apply(Map.of("years-old", 4)).keySet()).containsExactly("age", "list_z");
      assertThatThrownBy(() -> function.apply(Map.of("years_old", 4)))
          .hasMessageContaining("years_old")
          .hasMessageContaining("years-old");
      Batch none = Batch.of(Map.of("other", Array.Dense.vector(Values.of(1f))));
      assertThatThrownBy(() -> function.apply(none))
          .isInstanceOf(ModuleException.class)
          .hasMessageContaining("years-old");
    }
  }

  @Test
  void aWrongValueIsNamedWithItsColumn() throws Exception {
    try (TransformFn function = TransformFn.load(written())) {
      assertThatThrownBy(() -> function.apply(Map.of("years-old", "old")))
          .hasMessageContaining("years-old: float32")
          .hasMessageContaining("found 'old'");
    }
  }

  @Test
  void theServingModuleTakesColumnsOrExamplesWithoutTheLabel() throws Exception {
    Path serving = written().resolve("serving");
    try (Module module = Module.load(serving, ModuleOptions.DEFAULT.withTags(Set.of("serve")))) {
      Map<String, Array> out =
          module
              .function(FunctionChoice.of("serving_default"))
              .call(
                  columns(
                      "years-old",
                      ROWS.column("years-old"),
                      "list_indices",
                      new Array.Dense(List.of(2L, 2L), Values.of(0L, 0L, 2L, 0L)),
                      "list_values",
                      Array.Dense.vector(Values.of(1f, 3f)),
                      "list_dense_shape",
                      Array.Dense.vector(Values.of(4L, 1L))));
      assertThat(out.keySet())
          .containsExactlyInAnyOrder(
              "age", "list_z_indices", "list_z_values", "list_z_dense_shape");
      List<byte[]> examples =
          List.of(0, 1, 2, 3).stream()
              .map(i -> ExampleCodec.encode(ROWS.only(List.of("years-old", "list")), i))
              .toList();
      Map<String, Array> parsed =
          module
              .function(FunctionChoice.of("serving_examples"))
              .call(Map.of("examples", Array.Dense.vector(Values.ofBytes(examples))));
      assertThat(parsed).isEqualTo(out);
    }
  }

  @Test
  void anOutputThatIsThereIsNotTouched() throws Exception {
    Path output = written();
    try (LocalRun run = PREPROCESSOR.applyLocally(List.of(ROWS))) {
      assertThatThrownBy(() -> run.write(output)).isInstanceOf(FileAlreadyExistsException.class);
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(output);
    }
  }

  @Test
  void theSchemaTellsTheBoundariesOfBuckets() throws Exception {
    Preprocessor buckets =
        Preprocessor.of(SCHEMA, in -> Map.of("b", Buckets.bucketize(in.get("years-old"), 3)));
    try (LocalRun run = buckets.applyLocally(List.of(ROWS))) {
      run.write(folder.resolve("buckets"));
    }
    BatchSchema schema =
        BatchSchema.parse(
            Files.readString(folder.resolve("buckets/transformed_metadata/schema.pbtxt")));
    assertThat(schema.domains().get("b").range()).isEqualTo(IntRange.categories(0, 2));
    assertThat(schema.domains().get("b").boundaries()).containsExactly(2f, 4f);
  }

  @Test
  void labelsWithoutWhichNothingCanBeServedAreRefused() {
    try (LocalRun run = PREPROCESSOR.applyLocally(List.of(ROWS))) {
      assertThatThrownBy(
              () ->
                  TransformOutput.of(PREPROCESSOR, run.results())
                      .withLabels(List.of("label", "list", "years-old"))
                      .write(folder.resolve("none"), Path::of))
          .hasMessageContaining("there would be no features to serve");
      assertThat(folder.resolve("none")).doesNotExist();
    }
  }
}
