// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hubbeam.batch.TestExamples.example;
import static org.hubbeam.batch.TestExamples.floats;
import static org.hubbeam.batch.TestExamples.longs;
import static org.hubbeam.batch.TestExamples.strings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FeatureLists;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.SequenceExample;

/** The codec against protobuf's own reading and writing of the messages. */
class ExampleCodecTest {

  private static final List<DType> STORED = List.of(DType.STRING, DType.FLOAT32, DType.INT64);

  private static List<byte[]> encode(Batch batch) {
    ExampleEncoder encoder = new ExampleEncoder(batch, ExampleCodec.Doubles.REFUSE);
    List<byte[]> records = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      byte[] record = new byte[encoder.size(row)];
      assertThat(encoder.write(row, record, 0)).isEqualTo(record.length);
      assertThat(ExampleCodec.encode(batch, row)).isEqualTo(record);
      records.add(record);
    }
    return records;
  }

  private static void fail(Failure failure) {
    throw new AssertionError(failure.toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyLayoutComesBackWithItsSchema(long seed) {
    Batch batch = new RandomBatches(seed).next(20, STORED);
    BatchSchema schema = BatchSchema.of(batch);
    assertThat(BatchSchema.parse(schema.toText())).isEqualTo(schema);
    Batch back = ExampleCodec.decode(encode(batch), schema, ExampleCodecTest::fail);
    assertThat(back.columns()).isEqualTo(batch.columns());
    assertThat(back.columns().keySet()).containsExactlyElementsOf(batch.columns().keySet());
  }

  @Test
  void protobufReadsWhatIsWritten() throws Exception {
    for (long seed = 10; seed < 20; seed++) {
      Batch batch =
          new RandomBatches(seed)
              .next(6)
              .only(
                  List.of(
                      "string-matrix",
                      "string-list",
                      "float32-matrix",
                      "int64-list",
                      "bool-vector",
                      "int8-vector",
                      "uint8-vector",
                      "int16-vector",
                      "uint16-vector",
                      "int32-matrix",
                      "uint32-vector",
                      "uint64-vector",
                      "float16-vector",
                      "bfloat16-vector"));
      List<byte[]> records = encode(batch);
      for (int row = 0; row < batch.rows(); row++) {
        Map<String, Feature> features =
            Example.parseFrom(records.get(row)).getFeatures().getFeatureMap();
        assertThat(features.keySet()).isEqualTo(batch.columns().keySet());
        for (Map.Entry<String, Array> column : batch.columns().entrySet()) {
          Values values = column.getValue().slice(row, row + 1).values();
          assertThat(features.get(column.getKey())).as(column.getKey()).isEqualTo(feature(values));
        }
      }
    }
  }

  private static Feature feature(Values values) {
    if (values instanceof Values.Numbers numbers) {
      if (!numbers.dtype().isFloating()) {
        return longs(numbers.toLongs());
      }
      float[] floats = new float[numbers.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) numbers.getDouble(i);
      }
      return floats(floats);
    }
    byte[][] all = new byte[values.size()][];
    Arrays.setAll(all, i -> (byte[]) values.get(i));
    return strings(all);
  }

  @Test
  void whatProtobufWritesIsReadAsListsInTheOrderOfNames() {
    byte[] first =
        example(Map.of("b", longs(1, -1, Long.MIN_VALUE), "a", strings(new byte[] {-1})));
    byte[] second =
        example(Map.of("c", floats(0.5f, Float.NaN), "b", Feature.getDefaultInstance()));
    byte[] third = example(Map.of());
    Batch batch =
        ExampleCodec.decode(List.of(first, second, third, new byte[0]), ExampleCodecTest::fail);
    assertThat(batch.columns().keySet()).containsExactly("a", "b", "c");
    assertThat(batch.column("a"))
        .isEqualTo(
            Array.Ragged.of(Values.ofBytes(List.of(new byte[] {-1})), new int[] {0, 1, 1, 1, 1}));
    assertThat(batch.column("b"))
        .isEqualTo(Array.Ragged.of(Values.of(1, -1, Long.MIN_VALUE), new int[] {0, 3, 3, 3, 3}));
    assertThat(batch.column("c"))
        .isEqualTo(Array.Ragged.of(Values.of(0.5f, Float.NaN), new int[] {0, 0, 2, 2, 2}));
  }

  @Test
  void lastEntryOfANameCountsAndNumbersNeedNotBePacked() throws Exception {
    byte[] one = example(Map.of("x", longs(1, 2)));
    byte[] unpacked = {0x0a, 0x0d, 0x0a, 0x0b, 0x0a, 1, 'x', 0x12, 6, 0x1a, 4, 8, 7, 8, 9};
    byte[] both = new byte[one.length + unpacked.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(unpacked, 0, both, one.length, unpacked.length);
    Batch batch = ExampleCodec.decode(List.of(both), ExampleCodecTest::fail);
    Feature truth = Example.parseFrom(both).getFeatures().getFeatureOrThrow("x");
    assertThat(((Values.Numbers) batch.column("x").values()).toLongs())
        .isEqualTo(truth.getInt64List().getValueList().stream().mapToLong(v -> v).toArray())
        .containsExactly(7, 9);
  }

  @Test
  void sequencesAreListsOfLists() {
    byte[] record =
        SequenceExample.newBuilder()
            .setContext(Features.newBuilder().putFeature("id", longs(5)))
            .setFeatureLists(
                FeatureLists.newBuilder()
                    .putFeatureList(
                        "steps",
                        FeatureList.newBuilder()
                            .addFeature(Feature.getDefaultInstance())
                            .addFeature(floats(1, 2))
                            .addFeature(floats())
                            .addFeature(floats(3))
                            .build()))
            .build()
            .toByteArray();
    byte[] none = example(Map.of("id", longs(6)));
    Batch batch = ExampleCodec.decode(List.of(record, none), ExampleCodecTest::fail);
    assertThat(batch.column("steps"))
        .isEqualTo(
            new Array.Ragged(
                Values.of(1f, 2f, 3f),
                List.of(new int[] {0, 4, 4}, new int[] {0, 0, 2, 2, 3}),
                List.of()));
    assertThat(batch.column("id"))
        .isEqualTo(Array.Ragged.of(Values.of(5L, 6L), new int[] {0, 1, 2}));
  }

  @Test
  void recordsThatDoNotFitAreFailuresAndTheOthersStay() {
    List<Failure> failures = new ArrayList<>();
    byte[] good = example(Map.of("x", longs(1), "y", floats(1)));
    byte[] kind = example(Map.of("x", floats(2), "y", floats(2)));
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    Batch batch = ExampleCodec.decode(List.of(good, kind, cut, good), failures::add);
    assertThat(batch.columns())
        .isEqualTo(
            Map.of(
                "x", Array.Ragged.of(Values.of(1L, 1L), new int[] {0, 1, 2}),
                "y", Array.Ragged.of(Values.of(1f, 1f), new int[] {0, 1, 2})));
    assertThat(batch.origin().records()).containsExactly(0, 3);
    assertThat(failures).hasSize(2);
    assertThat(failures.get(0).id()).isEqualTo("1");
    assertThat(failures.get(0).column()).isEqualTo("x");
    assertThat(failures.get(0).reason()).isEqualTo("expected int64, found float32");
    assertThat(failures.get(1).reason()).startsWith("not a tf.Example: ");
  }

  @Test
  void declaredTypesHoldForRecordsOfAnotherKind() {
    List<byte[]> records =
        List.of(
            example(Map.of("x", longs(3), "n", floats(2))),
            example(Map.of("x", floats(0.5f), "n", longs(2))),
            example(Map.of("x", longs(16777217), "n", longs(2))),
            example(Map.of("x", floats(1), "n", floats(2.5f))));
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
                new ArraySpec("n", DType.INT64, Shape.of(-1, -1), Layout.RAGGED)));
    List<Failure> failures = new ArrayList<>();
    Batch batch = ExampleCodec.decode(records, schema, failures::add);
    assertThat(batch.column("x")).isEqualTo(Array.Dense.vector(Values.of(3f, 0.5f)));
    assertThat(batch.column("n"))
        .isEqualTo(Array.Ragged.of(Values.of(2L, 2L), new int[] {0, 1, 2}));

    ExampleDecoder open =
        ExampleDecoder.of("", Map.of("x", DType.FLOAT64, "n", DType.INT32), failures::add);
    for (int i = 0; i < records.size(); i++) {
      open.add(records.get(i), 0, records.get(i).length, i);
    }
    Values.Numbers wide = (Values.Numbers) open.build().column("x").values();
    assertThat(wide.getDouble(2)).isEqualTo(16777217.0);
    assertThat(failures)
        .extracting(f -> f.id() + " " + f.column() + ": " + f.reason())
        .containsExactly(
            "2 x: expected float32, found the integer 16777217, which float32 does not have",
            "3 n: expected int64, found 2.5",
            "3 n: expected int32, found 2.5");
  }

  @Test
  void schemaNamesTheRowsThatLackValues() {
    BatchSchema schema =
        new BatchSchema(List.of(new ArraySpec("x", DType.INT64, Shape.of(-1, 2), Layout.DENSE)));
    List<Failure> failures = new ArrayList<>();
    List<byte[]> records =
        List.of(
            example(Map.of("x", longs(1, 2), "other", floats(1))),
            example(Map.of("x", longs(1))),
            example(Map.of()),
            example(Map.of("x", longs(3, 4))));
    Batch batch = ExampleCodec.decode(records, schema, failures::add);
    assertThat(batch.columns())
        .isEqualTo(Map.of("x", new Array.Dense(List.of(2L, 2L), Values.of(1L, 2L, 3L, 4L))));
    assertThat(failures)
        .extracting(f -> f.id() + " " + f.column() + ": " + f.reason())
        .containsExactly("1 x: expected 2 values, found 1", "2 x: expected 2 values, found 0");
  }

  @Test
  void damagedRecordsNeverBreakTheReader() {
    Batch batch = new RandomBatches(5).next(3, STORED).slice(0, 1);
    byte[] record = ExampleCodec.encode(batch, 0);
    Random random = new Random(6);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(record, 1 + random.nextInt(record.length));
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      List<Failure> failures = new ArrayList<>();
      Batch back = ExampleCodec.decode(List.of(damaged, record), failures::add);
      assertThat(back.rows() + failures.size()).isEqualTo(2);
    }
  }

  @Test
  void whatExamplesCannotHoldIsRefused() {
    Batch large =
        Batch.of(
            Map.of(
                "u",
                Array.Dense.vector(
                    new Values.Numbers(DType.UINT64, new byte[] {0, 0, 0, 0, 0, 0, 0, -1}))));
    assertThatThrownBy(() -> ExampleCodec.encode(large, 0)).hasMessageContaining("column 'u'");
    Batch twice =
        Batch.of(
            Map.of(
                "a$sparse_values",
                Array.Dense.vector(Values.of(1L)),
                "a",
                new Array.Sparse(List.of(1L, 1L), new long[] {0, 0}, Values.of(1L))));
    assertThatThrownBy(() -> ExampleCodec.encode(twice, 0))
        .hasMessageContaining("'a$sparse_values'");
  }
}
