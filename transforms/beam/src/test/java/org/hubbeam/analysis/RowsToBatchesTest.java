// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.preprocessing.Preprocessor;
import org.hubbeam.preprocessing.Scaling;
import org.hubbeam.preprocessing.Vocabularies;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Beam rows into batches and out of them. */
class RowsToBatchesTest {

  private static final Schema EVERYTHING =
      Schema.builder()
          .addStringField("text")
          .addByteArrayField("bytes")
          .addByteField("tiny")
          .addInt32Field("count")
          .addBooleanField("flag")
          .addFloatField("f")
          .addNullableField("fare", FieldType.DOUBLE)
          .addNullableField("note", FieldType.STRING)
          .addArrayField("words", FieldType.STRING)
          .addIterableField("sizes", FieldType.INT64)
          .addField("nested", FieldType.array(FieldType.array(FieldType.FLOAT)))
          .build();

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path temp;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Row full() {
    return Row.withSchema(EVERYTHING)
        .addValues("é", new byte[] {0, -1}, (byte) -3, 70000, true, 1.5f, 2.25, "n")
        .addValues(List.of("a", "", "b"), List.of(9L, -9L))
        .addValue(List.of(List.of(1f, 2f), List.of(), List.of(3f)))
        .build();
  }

  private static Row sparse() {
    return Row.withSchema(EVERYTHING)
        .addValues("", new byte[0], (byte) 0, 0, false, Float.NaN, null, null)
        .addValues(List.of(), List.of(), List.of())
        .build();
  }

  private PCollection<Row> rows(Schema schema, Row... rows) {
    return pipeline.apply(Create.of(Arrays.asList(rows)).withRowSchema(schema));
  }

  private static List<Batch> batches(Schema schema, List<Row> rows, List<Failure> failures) {
    return batches(
        schema,
        schema.equals(EVERYTHING)
            ? BeamSchemas.missing(BeamSchemas.of(schema), "fare", "note")
            : BeamSchemas.of(schema),
        rows,
        failures);
  }

  private static List<Batch> batches(
      Schema schema, BatchSchema wanted, List<Row> rows, List<Failure> failures) {
    RowColumns.check(schema, wanted);
    RowColumns columns = new RowColumns(schema, wanted);
    List<Batch> batches = new ArrayList<>();
    for (Row row : rows) {
      if (columns.add(row, failures::add)) {
        columns.flush(batches::add, failures::add);
      }
    }
    columns.flush(batches::add, failures::add);
    return batches;
  }

  @Test
  void fieldsBecomeColumns() {
    List<Failure> failures = new ArrayList<>();
    Batch batch = batches(EVERYTHING, List.of(full(), sparse()), failures).get(0);

    assertThat(failures).isEmpty();
    assertThat(batch.columns().keySet()).containsExactlyElementsOf(EVERYTHING.getFieldNames());
    assertThat(batch.column("text")).isEqualTo(Array.Dense.vector(Values.of("é", "")));
    assertThat(batch.column("bytes"))
        .isEqualTo(Array.Dense.vector(Values.ofBytes(List.of(new byte[] {0, -1}, new byte[0]))));
    assertThat(batch.column("tiny")).isEqualTo(Array.Dense.vector(Values.of(-3L, 0L)));
    assertThat(batch.column("count")).isEqualTo(Array.Dense.vector(Values.of(70000L, 0L)));
    assertThat(batch.column("flag")).isEqualTo(Array.Dense.vector(Values.of(1L, 0L)));
    assertThat(batch.column("f")).isEqualTo(Array.Dense.vector(Values.of(1.5f, Float.NaN)));
    assertThat(batch.column("fare"))
        .isEqualTo(Array.Ragged.of(Values.of(2.25f), new int[] {0, 1, 1}));
    assertThat(batch.column("note"))
        .isEqualTo(Array.Ragged.of(Values.of("n"), new int[] {0, 1, 1}));
    assertThat(batch.column("words"))
        .isEqualTo(Array.Ragged.of(Values.of("a", "", "b"), new int[] {0, 3, 3}));
    assertThat(batch.column("sizes"))
        .isEqualTo(Array.Ragged.of(Values.of(9L, -9L), new int[] {0, 2, 2}));
    assertThat(batch.column("nested"))
        .isEqualTo(
            new Array.Ragged(
                Values.of(1f, 2f, 3f),
                List.of(new int[] {0, 3, 3}, new int[] {0, 2, 2, 3}),
                List.of()));
  }

  @Test
  void rowsComeBackAsTheyWere() {
    PCollection<Row> there = rows(EVERYTHING, full(), sparse());
    BatchSchema columns = BeamSchemas.missing(BeamSchemas.of(EVERYTHING), "fare", "note");
    RowsToBatches.Result read = there.apply(RowsToBatches.of(columns));
    BatchesToRows.Result back =
        read.batches().apply(BatchesToRows.by(columns).withSchema(EVERYTHING));
    PAssert.that(back.rows()).containsInAnyOrder(full(), sparse());
    PAssert.that(read.failures()).empty();
    PAssert.that(back.failures()).empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void manyRowsAreSeveralBatches() {
    Schema schema = Schema.builder().addInt64Field("x").build();
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 2500; i++) {
      rows.add(Row.withSchema(schema).addValue(i).build());
    }
    List<Batch> batches = batches(schema, rows, new ArrayList<>());
    assertThat(batches).extracting(Batch::rows).containsExactly(1024, 1024, 452);
    assertThat(((Values.Numbers) batches.get(2).column("x").values()).getLong(451)).isEqualTo(2499);
  }

  @Test
  void featuresOfRowsAreRows() {
    Schema schema = Schema.builder().addInt32Field("age").addStringField("job").build();
    Row one = Row.withSchema(schema).addValues(10, "baker").build();
    Row two = Row.withSchema(schema).addValues(30, "smith").build();
    Preprocessor preprocessor =
        Preprocessor.of(
            BeamSchemas.of(schema),
            in ->
                Map.of(
                    "age", Scaling.scaleTo01(in.get("age")),
                    "job", Vocabularies.computeAndApplyVocabulary(in.get("job"))));
    PCollection<Row> features =
        rows(schema, one, two, one)
            .apply(RowsToBatches.create())
            .batches()
            .apply(
                AnalyzeAndTransformDataset.of(
                    AnalyzeDataset.of(preprocessor).withTempLocation(temp.toString())))
            .batches()
            .apply(BatchesToRows.by(preprocessor.outputs()))
            .rows();
    Schema given = Schema.builder().addFloatField("age").addInt64Field("job").build();
    assertThat(features.getSchema()).isEqualTo(given);
    PAssert.that(features)
        .containsInAnyOrder(
            Row.withSchema(given).addValues(0f, 0L).build(),
            Row.withSchema(given).addValues(0f, 0L).build(),
            Row.withSchema(given).addValues(1f, 1L).build());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void whatDoesNotFitIsAFailureAndTheRestGoesOn() {
    Schema schema =
        Schema.builder()
            .addDoubleField("x")
            .addArrayField("l", FieldType.INT64.withNullable(true))
            .build();
    Row large = Row.withSchema(schema).addValues(1e300, List.of(1L)).build();
    Row holed = Row.withSchema(schema).addValues(1.0, Arrays.asList(5L, null)).build();
    Row good = Row.withSchema(schema).addValues(Double.POSITIVE_INFINITY, List.of(7L)).build();
    List<Failure> failures = new ArrayList<>();

    Batch batch = batches(schema, List.of(large, holed, good), failures).get(0);

    assertThat(batch.rows()).isEqualTo(1);
    assertThat(batch.column("x")).isEqualTo(Array.Dense.vector(Values.of(Float.POSITIVE_INFINITY)));
    assertThat(batch.column("l")).isEqualTo(Array.Ragged.of(Values.of(7L), new int[] {0, 1}));
    assertThat(failures)
        .extracting(f -> f.column() + ": " + f.reason())
        .containsExactly(
            "x: expected float32, found 1.0E300", "l: expected a value in the list, found null");
    assertThat(failures.get(0).id()).isEqualTo(large.toString());
  }

  static List<Schema.Field> otherFields() {
    return List.of(
        Schema.Field.of("when DATETIME", FieldType.DATETIME),
        Schema.Field.of("price DECIMAL", FieldType.DECIMAL),
        Schema.Field.of(
            "day " + SqlTypes.DATE.getIdentifier(), FieldType.logicalType(SqlTypes.DATE)),
        Schema.Field.of("map MAP", FieldType.map(FieldType.STRING, FieldType.INT64)),
        Schema.Field.of("row ROW", FieldType.row(Schema.of())),
        Schema.Field.of("dates DATETIME", FieldType.array(FieldType.DATETIME)),
        Schema.Field.of(
            "deep two levels", FieldType.array(FieldType.array(FieldType.array(FieldType.INT64)))));
  }

  @ParameterizedTest
  @MethodSource("otherFields")
  void otherFieldsAreRefusedWhenThePipelineIsBuilt(Schema.Field field) {
    String name = field.getName().substring(0, field.getName().indexOf(' '));
    Schema schema = Schema.of(field.withName(name));
    PCollection<Row> none = pipeline.apply(Create.empty(schema));
    assertThatThrownBy(() -> none.apply(RowsToBatches.create()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining(field.getName().substring(name.length() + 1));
  }

  @Test
  void rowsOfManyWindowsAreRefused() {
    PCollection<Row> windowed =
        rows(EVERYTHING, full()).apply(Window.into(FixedWindows.of(Duration.standardMinutes(1))));
    assertThatThrownBy(() -> windowed.apply(RowsToBatches.create()))
        .hasMessageContaining("rows of different windows");
  }

  private static ArraySpec column(String name, DType dtype, Layout layout, long... dims) {
    return new ArraySpec(name, dtype, Shape.of(dims), layout);
  }

  @Test
  void aNullIsAFailureWhereOneValueIsExpected() {
    List<Failure> failures = new ArrayList<>();
    List<Row> rows = List.of(full(), sparse());
    Batch batch = batches(EVERYTHING, BeamSchemas.of(EVERYTHING), rows, failures).get(0);
    assertThat(batch.column("fare")).isEqualTo(Array.Dense.vector(Values.of(2.25f)));
    assertThat(batch.column("note")).isEqualTo(Array.Dense.vector(Values.of("n")));
    assertThat(failures)
        .extracting(f -> f.column() + ": " + f.reason())
        .containsExactly("fare: expected 1 value, found null");
  }

  @Test
  void fieldsBecomeTheColumnsOfASchema() {
    Schema schema =
        Schema.builder()
            .addInt64Field("n")
            .addStringField("x")
            .addArrayField("v", FieldType.DOUBLE)
            .addStringField("s")
            .build();
    BatchSchema columns =
        new BatchSchema(
            List.of(
                column("x", DType.FLOAT32, Layout.DENSE, -1),
                column("n", DType.FLOAT32, Layout.DENSE, -1),
                column("v", DType.FLOAT32, Layout.DENSE, -1, 2),
                column("s", DType.STRING, Layout.DENSE, -1)));
    List<Failure> failures = new ArrayList<>();
    List<Row> rows =
        List.of(
            Row.withSchema(schema).addValues(1L, "2e1", List.of(1.0, 2.0), "a").build(),
            Row.withSchema(schema).addValues(16777217L, "1", List.of(1.0, 2.0), "a").build(),
            Row.withSchema(schema).addValues(1L, "true", List.of(1.0, 2.0), "a").build(),
            Row.withSchema(schema).addValues(1L, "1", List.of(1.0), "a").build(),
            Row.withSchema(schema).addValues(1L, "1", List.of(1.0, 2.0), "\ud800").build());
    Batch batch = batches(schema, columns, rows, failures).get(0);
    assertThat(batch.columns().keySet()).containsExactly("x", "n", "v", "s");
    assertThat(batch.column("x")).isEqualTo(Array.Dense.vector(Values.of(20f)));
    assertThat(batch.column("v")).isEqualTo(new Array.Dense(List.of(1L, 2L), Values.of(1f, 2f)));
    assertThat(failures)
        .extracting(f -> f.column() + ": " + f.reason())
        .containsExactly(
            "n: expected float32, found the integer 16777217, which float32 does not have",
            "x: expected float32, found 'true'",
            "v: expected 2 values, found 1",
            "s: the text has half of a surrogate pair, \\ud800, which UTF-8 does not have");
    assertThatThrownBy(
            () ->
                RowColumns.check(
                    schema,
                    new BatchSchema(
                        List.of(column("v", DType.FLOAT32, Layout.RAGGED, -1, -1, -1)))))
        .hasMessageContaining("'v'");
  }

  @Test
  void valuesThatAFieldCannotHoldAreFailures() {
    BatchSchema columns =
        new BatchSchema(
            List.of(
                column("n", DType.INT64, Layout.DENSE, -1),
                column("t", DType.STRING, Layout.DENSE, -1),
                column("o", DType.FLOAT32, Layout.RAGGED, -1, -1)));
    Schema schema =
        Schema.builder()
            .addByteField("n")
            .addStringField("t")
            .addNullableField("o", FieldType.FLOAT)
            .build();
    Batch batch =
        Batch.of(
            Map.of(
                "n", Array.Dense.vector(Values.of(127L, 128L, -128L, 1L)),
                "t",
                    Array.Dense.vector(
                        Values.ofBytes(
                            List.of(bytes("ü"), bytes("x"), new byte[] {-1}, bytes("y")))),
                "o", Array.Ragged.of(Values.of(1f, 2f, 3f), new int[] {0, 1, 1, 1, 3})));
    BatchesToRows.Result back =
        pipeline
            .apply(Create.of(batch).withCoder(BatchCoder.of()))
            .apply(BatchesToRows.by(columns).withSchema(schema));
    PAssert.that(back.rows())
        .containsInAnyOrder(Row.withSchema(schema).addValues((byte) 127, "ü", 1f).build());
    PAssert.that(back.failures())
        .satisfies(
            all -> {
              assertThat(
                      StreamSupport.stream(all.spliterator(), false)
                          .map(f -> f.id() + " " + f.column() + ": " + f.reason()))
                  .containsExactlyInAnyOrder(
                      "1 n: expected BYTE, -128 to 127, found 128",
                      "2 t: expected UTF-8, found other bytes",
                      "3 o: expected one value or none, found 2");
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void denseMatricesAndSparseListsBecomeArrays() {
    BatchSchema columns =
        new BatchSchema(
            List.of(
                column("m", DType.FLOAT32, Layout.DENSE, -1, 2, 2),
                column("s", DType.INT64, Layout.SPARSE, -1, -1),
                column("r", DType.INT64, Layout.RAGGED, -1, -1, 2)));
    Schema schema = BeamSchemas.of(columns);
    Batch batch =
        Batch.of(
            Map.of(
                "m", new Array.Dense(List.of(1L, 2L, 2L), Values.of(1f, 2f, 3f, 4f)),
                "s", new Array.Sparse(List.of(1L, 5L), new long[] {0, 0, 0, 1}, Values.of(8L, 9L)),
                "r",
                    new Array.Ragged(
                        Values.of(1L, 2L, 3L, 4L), List.of(new int[] {0, 2}), List.of(2L))));
    List<Row> rows = new ArrayList<>();
    new RowFields(columns, schema).rows(batch, rows::add, f -> assertThat(f).isNull());
    assertThat(rows)
        .containsExactly(
            Row.withSchema(schema)
                .addValue(List.of(List.of(1f, 2f), List.of(3f, 4f)))
                .addValue(List.of(8L, 9L))
                .addValue(List.of(List.of(1L, 2L), List.of(3L, 4L)))
                .build());
  }

  @Test
  void aSchemaThatDoesNotHoldTheColumnsIsRefused() {
    BatchesToRows rows =
        BatchesToRows.by(
            new BatchSchema(
                List.of(
                    column("x", DType.FLOAT32, Layout.DENSE, -1),
                    column("l", DType.INT64, Layout.RAGGED, -1, -1))));
    for (Schema wrong :
        List.of(
            Schema.builder().addStringField("x").build(),
            Schema.builder().addArrayField("x", FieldType.FLOAT).build(),
            Schema.builder().addInt64Field("l").build(),
            Schema.builder().addNullableField("l", FieldType.FLOAT).build(),
            Schema.builder().addDateTimeField("x").build(),
            Schema.builder().addFloatField("other").build())) {
      assertThatThrownBy(() -> rows.withSchema(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong.getField(0).getName() + "'");
    }
    assertThatThrownBy(
            () ->
                BatchesToRows.by(
                    new BatchSchema(
                        List.of(column("cube", DType.FLOAT32, Layout.SPARSE, -1, 3, 3)))))
        .hasMessageContaining("cube");
  }
}
