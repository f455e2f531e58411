// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaFitTest {

  private static ArraySpec dense(String name, DType dtype, long... dims) {
    long[] all = new long[dims.length + 1];
    all[0] = -1;
    System.arraycopy(dims, 0, all, 1, dims.length);
    return new ArraySpec(name, dtype, Shape.of(all), Layout.DENSE);
  }

  private static ArraySpec list(String name, DType dtype) {
    return new ArraySpec(name, dtype, Shape.of(-1, -1), Layout.RAGGED);
  }

  private static List<String> failures(BatchSchema schema, Batch batch, Map<String, Array> kept) {
    List<String> failures = new ArrayList<>();
    Batch fit = schema.fit(batch, f -> failures.add(f.id() + " " + f.column() + ": " + f.reason()));
    assertThat(fit.columns()).isEqualTo(kept);
    return failures;
  }

  @Test
  void aBatchFitsItsOwnSchemaAsItIsReadBack() {
    Batch batch = new AnyBatch(3).batch(7);
    BatchSchema schema = BatchSchema.of(batch);
    List<byte[]> records = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      records.add(ExampleCodec.encode(batch, row));
    }
    Batch read = ExampleCodec.decode(records, schema, SchemaFitTest::unexpected);
    Batch fit = schema.fit(batch, SchemaFitTest::unexpected);
    assertThat(fit.columns()).isEqualTo(read.columns());
    Batch flat = ExampleCodec.decode(records, SchemaFitTest::unexpected);
    assertThat(schema.fit(flat, SchemaFitTest::unexpected).columns()).isEqualTo(read.columns());
  }

  private static void unexpected(Failure failure) {
    throw new AssertionError(failure.toString());
  }

  @Test
  void rowsThatDoNotFitNameTheColumnAndWhatWasExpectedAndFound() {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                dense("x", DType.FLOAT32), dense("v", DType.INT64, 2), list("w", DType.STRING)));
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("other", Array.Dense.vector(Values.of("a", "b", "c", "d")));
    columns.put("v", Array.Ragged.of(Values.of(1, 2, 3, 4, 5, 6, 7), new int[] {0, 2, 4, 5, 7}));
    columns.put("x", Array.Ragged.of(Values.of(1f, 2f, 3f), new int[] {0, 1, 1, 2, 3}));
    Batch batch = new Batch(4, columns, new Batch.Origin("f", new long[] {10, 20, 30, 40}));
    Map<String, Array> kept = new LinkedHashMap<>();
    kept.put("x", Array.Dense.vector(Values.of(1f, 3f)));
    kept.put("v", new Array.Dense(List.of(2L, 2L), Values.of(1L, 2L, 6L, 7L)));
    kept.put("w", Array.Ragged.of(Values.of(new String[0]), new int[3]));
    assertThat(failures(schema, batch, kept))
        .containsExactly("f@20 x: expected 1 value, found 0", "f@30 v: expected 2 values, found 1");
    List<Failure> ignored = new ArrayList<>();
    assertThat(schema.fit(batch, ignored::add).origin().records()).containsExactly(10, 40);
  }

  @Test
  void columnsOfAnotherTypeOrShapeFailEachRow() {
    Batch batch =
        Batch.of(
            Map.of(
                "text", Array.Dense.vector(Values.of("a", "a")),
                "long", Array.Dense.vector(Values.of(1L, 1L)),
                "wide", new Array.Dense(List.of(2L, 6L), Values.of(new float[12])),
                "flag", Array.Dense.vector(new Values.Numbers(DType.BOOL, new byte[2])),
                "unsigned", Array.Dense.vector(numbers(DType.UINT64, -1L, -1L))));
    Map<String, String> reasons =
        Map.of(
            "text", "expected float32, found 'a'",
            "long", "expected string, found the integer 1",
            "flag", "expected float32, found false",
            "wide", "expected the shape [2, 3], found [6]",
            "unsigned", "expected int64, found 18446744073709551615",
            "absent", "expected 1 value, found 0");
    Map<String, DType> wanted = Map.of("unsigned", DType.INT64, "long", DType.STRING);
    reasons.forEach(
        (name, reason) -> {
          ArraySpec spec =
              name.equals("wide")
                  ? dense(name, DType.FLOAT32, 2, 3)
                  : dense(name, wanted.getOrDefault(name, DType.FLOAT32));
          List<Failure> failures = new ArrayList<>();
          assertThat(new BatchSchema(List.of(spec)).fit(batch, failures::add).rows()).isZero();
          assertThat(failures)
              .extracting(f -> f.id() + " " + f.column() + ": " + f.reason())
              .containsExactly("0 " + name + ": " + reason, "1 " + name + ": " + reason);
        });
  }

  @Test
  void narrowTypesAreWidened() {
    Batch batch =
        Batch.of(
            Map.of(
                "i", Array.Dense.vector(Values.of(-1, 7)),
                "b", Array.Dense.vector(new Values.Numbers(DType.BOOL, new byte[] {1, 0}))));
    BatchSchema schema =
        new BatchSchema(List.of(list("i", DType.INT64), dense("b", DType.INT64, 1)));
    assertThat(schema.fit(batch, SchemaFitTest::unexpected).columns())
        .isEqualTo(
            Map.of(
                "i",
                Array.Ragged.of(Values.of(-1L, 7L), new int[] {0, 1, 2}),
                "b",
                new Array.Dense(List.of(2L, 1L), Values.of(1L, 0L))));
  }

  @Test
  void valuesOfOtherTypesAreConvertedWhereTheyKeepTheirValue() {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                dense("text", DType.INT64),
                list("long", DType.FLOAT32),
                dense("double", DType.FLOAT32, 2)));
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", Array.Dense.vector(Values.of("2", "1e1", "x", "4")));
    columns.put(
        "long", Array.Ragged.of(Values.of(1L, 2L, 16777217L, 4L), new int[] {0, 2, 2, 2, 4}));
    columns.put(
        "double",
        new Array.Dense(
            List.of(4L, 2L), numbers(DType.FLOAT64, 0.1, 0.2, 1.0, 1e300, 0.0, 0.0, 0.0, 0.0)));
    List<Failure> failures = new ArrayList<>();
    Batch fit = schema.fit(Batch.of(columns), failures::add);
    assertThat(fit.columns())
        .isEqualTo(
            Map.of(
                "text", Array.Dense.vector(Values.of(2L)),
                "long", Array.Ragged.of(Values.of(1f, 2f), new int[] {0, 2}),
                "double", new Array.Dense(List.of(1L, 2L), Values.of(0.1f, 0.2f))));
    assertThat(failures)
        .extracting(f -> f.id() + " " + f.column() + ": " + f.reason())
        .containsExactly(
            "2 text: expected int64, found 'x'",
            "3 long: expected float32, found the integer 16777217, which float32 does not have",
            "1 double: expected float32, found 1.0E300");
  }

  private static Values.Numbers numbers(DType dtype, Number... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Number value : values) {
      if (dtype == DType.FLOAT64) {
        bytes.putDouble(value.doubleValue());
      } else {
        bytes.putLong(value.longValue());
      }
    }
    return new Values.Numbers(dtype, bytes.array());
  }

  @Test
  void schemasThatExamplesCannotHaveAreRefused() {
    BatchSchema schema = new BatchSchema(List.of(dense("h", DType.FLOAT16)));
    assertThatThrownBy(schema::features).hasMessageContaining("h: float16 [?]");
    BatchSchema open =
        new BatchSchema(List.of(new ArraySpec("s", DType.INT64, Shape.of(-1, -1), Layout.SPARSE)));
    assertThatThrownBy(open::features).hasMessageContaining("no fixed sparse shape");
  }
}
