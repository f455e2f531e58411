// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hubbeam.batch.TestExamples.example;
import static org.hubbeam.batch.TestExamples.floats;
import static org.hubbeam.batch.TestExamples.longs;
import static org.hubbeam.batch.TestExamples.strings;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ExampleCodec.Doubles;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.FeatureList;
import org.tensorflow.proto.FeatureLists;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.SequenceExample;

/** The codec against protobuf's own classes for tf.Example, and against itself. */
class ExampleWireTest {

  @Test
  void protobufReadsWhatIsWritten() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      Batch batch = new AnyBatch(seed).batch(seed);
      ExampleEncoder encoder = new ExampleEncoder(batch, Doubles.REFUSE);
      for (int row = 0; row < batch.rows(); row++) {
        byte[] out = new byte[encoder.size(row) + 3];
        assertThat(encoder.write(row, out, 2)).isEqualTo(out.length - 1);
        Example example = Example.parseFrom(ByteString.copyFrom(out, 2, encoder.size(row)));
        Map<String, Feature> features = example.getFeatures().getFeatureMap();
        List<String> names = new ArrayList<>();
        batch
            .columns()
            .forEach(
                (name, array) ->
                    FlatFeature.of(name, array, Doubles.REFUSE).forEach(f -> names.add(f.name())));
        assertThat(features.keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertSame(features.get("text"), batch.slice(row, row + 1).column("text").values());
        assertSame(features.get("vector"), batch.slice(row, row + 1).column("vector").values());
        assertSame(features.get("cube"), batch.slice(row, row + 1).column("cube").values());
        assertSame(features.get("words"), batch.slice(row, row + 1).column("words").values());
        assertSame(
            features.get("paths$ragged_values"),
            batch.slice(row, row + 1).column("paths").values());
        assertSame(
            features.get("bag$sparse_values"), batch.slice(row, row + 1).column("bag").values());
        assertThat(ExampleCodec.encode(batch, row))
            .isEqualTo(Arrays.copyOfRange(out, 2, out.length - 1));
      }
    }
  }

  private static void assertSame(Feature feature, Values values) {
    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      expected.add(
          values.get(i) instanceof byte[] bytes ? ByteString.copyFrom(bytes) : values.get(i));
    }
    List<?> found =
        switch (feature.getKindCase()) {
          case BYTES_LIST -> feature.getBytesList().getValueList();
          case FLOAT_LIST -> feature.getFloatList().getValueList();
          case INT64_LIST -> feature.getInt64List().getValueList();
          default -> throw new AssertionError(feature);
        };
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aSchemaGivesBackWhatWasWritten() {
    for (int seed = 0; seed < 40; seed++) {
      Batch batch = new AnyBatch(seed).batch(seed);
      List<byte[]> records = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        records.add(ExampleCodec.encode(batch, row));
      }
      List<Failure> failures = new ArrayList<>();
      BatchSchema schema = BatchSchema.of(batch);
      Batch again = ExampleCodec.decode(records, schema, failures::add);
      assertThat(failures).isEmpty();
      assertThat(again.columns()).isEqualTo(batch.columns());
      assertThat(List.copyOf(again.columns().keySet()))
          .isEqualTo(List.copyOf(batch.columns().keySet()));
    }
  }

  @Test
  void protobufsOwnBytesAreRead() {
    List<byte[]> records = new ArrayList<>();
    records.add(example(Map.of("a", longs(1, -2), "b", floats(1.5f), "c", strings("x", ""))));
    records.add(example(Map.of("b", Feature.getDefaultInstance())));
    records.add(new byte[0]);
    records.add(example(Map.of("d", floats(2), "a", longs())));
    List<Failure> failures = new ArrayList<>();
    Batch batch = ExampleCodec.decode(records, failures::add);
    assertThat(failures).isEmpty();
    assertThat(batch.rows()).isEqualTo(4);
    assertThat(List.copyOf(batch.columns().keySet())).containsExactly("a", "b", "c", "d");
    assertThat(batch.column("a"))
        .isEqualTo(Array.Ragged.of(Values.of(1L, -2L), new int[] {0, 2, 2, 2, 2}));
    assertThat(batch.column("c"))
        .isEqualTo(Array.Ragged.of(Values.of("x", ""), new int[] {0, 2, 2, 2, 2}));
    assertThat(batch.column("d"))
        .isEqualTo(Array.Ragged.of(Values.of(2f), new int[] {0, 0, 0, 0, 1}));
  }

  @Test
  void unpackedNumbersAndUnknownFieldsAreRead() {
    // features { feature { key "n" value { int64_list { value: 5 value: 300 } } } }, not packed,
    // and
    // a field 9 that nobody knows at each level.
    byte[] record = {
      0x0a,
      0x14,
      0x48,
      1,
      0x0a,
      0x10,
      0x0a,
      1,
      'n',
      0x48,
      1,
      0x12,
      0x09,
      0x48,
      1,
      0x1a,
      5,
      0x08,
      5,
      0x08,
      (byte) 0xac,
      2,
      0x48,
      1
    };
    List<Failure> failures = new ArrayList<>();
    Batch batch = ExampleCodec.decode(List.of(record), failures::add);
    assertThat(failures).isEmpty();
    assertThat(batch.column("n")).isEqualTo(Array.Ragged.of(Values.of(5L, 300L), new int[] {0, 2}));
    // the same with floats
    byte[] floats = {
      0x0a,
      0x10,
      0x0a,
      0x0e,
      0x0a,
      1,
      'f',
      0x12,
      0x09,
      0x12,
      7,
      0x0d,
      0,
      0,
      (byte) 0x80,
      0x3f,
      0x48,
      1
    };
    batch = ExampleCodec.decode(List.of(floats), failures::add);
    assertThat(failures).isEmpty();
    assertThat(batch.column("f")).isEqualTo(Array.Ragged.of(Values.of(1f), new int[] {0, 1}));
  }

  @Test
  void theLastEntryOfANameCounts() throws Exception {
    byte[] one = example(Map.of("a", longs(1, 2)));
    byte[] two = example(Map.of("a", longs(3)));
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    assertThat(Example.parseFrom(both).getFeatures().getFeatureMap().get("a")).isEqualTo(longs(3));
    Batch batch = ExampleCodec.decode(List.of(both), failure -> {});
    assertThat(batch.column("a")).isEqualTo(Array.Ragged.of(Values.of(3L), new int[] {0, 1}));
  }

  @Test
  void sequenceExamplesAreLists() {
    SequenceExample example =
        SequenceExample.newBuilder()
            .setContext(Features.newBuilder().putFeature("id", strings("x")))
            .setFeatureLists(
                FeatureLists.newBuilder()
                    .putFeatureList(
                        "frames",
                        FeatureList.newBuilder()
                            .addFeature(Feature.getDefaultInstance())
                            .addFeature(floats(1, 2))
                            .addFeature(floats())
                            .addFeature(floats(3))
                            .build()))
            .build();
    List<Failure> failures = new ArrayList<>();
    Batch batch =
        ExampleCodec.decode(
            List.of(example.toByteArray(), new byte[0], example.toByteArray()), failures::add);
    assertThat(failures).isEmpty();
    assertThat(batch.column("id"))
        .isEqualTo(Array.Ragged.of(Values.of("x", "x"), new int[] {0, 1, 1, 2}));
    assertThat(batch.column("frames"))
        .isEqualTo(
            new Array.Ragged(
                Values.of(1f, 2f, 3f, 1f, 2f, 3f),
                List.of(new int[] {0, 4, 4, 8}, new int[] {0, 0, 2, 2, 3, 3, 5, 5, 6}),
                List.of()));
  }

  @Test
  void aFeatureOfAnotherKindIsAFailureOfItsRow() {
    List<Failure> failures = new ArrayList<>();
    ExampleDecoder decoder = new ExampleDecoder("file", failures::add);
    add(decoder, example(Map.of("a", longs(1), "b", strings("x"))), 0);
    add(decoder, example(Map.of("a", floats(1), "b", strings("y"))), 10);
    add(decoder, example(Map.of("a", longs(2), "b", strings("z"))), 20);
    Batch batch = decoder.build();
    assertThat(batch.column("b"))
        .isEqualTo(Array.Ragged.of(Values.of("x", "z"), new int[] {0, 1, 2}));
    assertThat(batch.origin().id(1)).isEqualTo("file@20");
    assertThat(failures)
        .containsExactly(Failure.reading("file@10", "a", "expected int64, found float32"));
    add(decoder, example(Map.of("a", strings("no"))), 30);
    assertThat(failures).hasSize(2);
  }

  @Test
  void whatIsNoExampleIsAFailureAndNeverAnError() {
    byte[] good = example(Map.of("a", longs(1, 1000), "b", strings("x"), "c", floats(1, 2)));
    int failed = 0;
    for (int at = 0; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        List<Failure> failures = new ArrayList<>();
        Batch batch = ExampleCodec.decode(List.of(good, bad, good), failures::add);
        assertThat(batch.rows() + failures.size()).isEqualTo(3);
        failed += failures.size();
      }
    }
    assertThat(failed).isGreaterThan(good.length);
    List<Failure> failures = new ArrayList<>();
    ExampleCodec.decode(List.of(new byte[] {0x0a, 5, 1}), failures::add);
    assertThat(failures.get(0).reason()).contains("not a tf.Example").contains("5 bytes");
  }

  @Test
  void rowsThatDoNotFitTheSchemaAreFailures() {
    BatchSchema schema =
        new BatchSchema(
            List.of(
                new ArraySpec("a", DType.INT64, Shape.of(-1, 2), Layout.DENSE),
                new ArraySpec("s", DType.FLOAT32, Shape.of(-1, 4), Layout.SPARSE)));
    Feature two = longs(1, 2);
    List<byte[]> records =
        List.of(
            example(Map.of("a", two)),
            example(Map.of("a", longs(1))),
            example(Map.of("a", strings("x"))),
            example(Map.of("a", two, "s$sparse_values", floats(1), "s$sparse_indices_0", longs(4))),
            example(Map.of("a", two, "s$sparse_values", floats(1))),
            example(
                Map.of("a", two, "s$sparse_values", floats(1), "s$sparse_indices_0", longs(3))));
    List<Failure> failures = new ArrayList<>();
    Batch batch = ExampleCodec.decode(records, schema, failures::add);
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.column("s"))
        .isEqualTo(new Array.Sparse(List.of(2L, 4L), new long[] {1, 3}, Values.of(1f)));
    assertThat(failures)
        .extracting(f -> f.id() + " " + f.column() + ": " + f.reason())
        .containsExactlyInAnyOrder(
            "1 a: expected 2 values, found 1",
            "2 a: expected int64, found 'x'",
            "3 s: the index 4 is outside of the shape [?, 4]",
            "4 s: 1 values with 0 indices");
  }

  @Test
  void numbersAreWidenedAndNeverNarrowedUnasked() throws Exception {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("i8", Array.Dense.vector(new Values.Numbers(DType.INT8, new byte[] {-5})));
    columns.put("u8", Array.Dense.vector(new Values.Numbers(DType.UINT8, new byte[] {-5})));
    columns.put("bool", Array.Dense.vector(new Values.Numbers(DType.BOOL, new byte[] {1})));
    columns.put("i32", Array.Dense.vector(Values.of(-7)));
    columns.put(
        "half", Array.Dense.vector(new Values.Numbers(DType.FLOAT16, new byte[] {0, 0x3e})));
    columns.put(
        "brain",
        Array.Dense.vector(new Values.Numbers(DType.BFLOAT16, new byte[] {(byte) 0xc0, 0x3f})));
    Map<String, Feature> features =
        Example.parseFrom(ExampleCodec.encode(Batch.of(columns), 0)).getFeatures().getFeatureMap();
    assertThat(features.get("i8")).isEqualTo(longs(-5));
    assertThat(features.get("u8")).isEqualTo(longs(251));
    assertThat(features.get("bool")).isEqualTo(longs(1));
    assertThat(features.get("i32")).isEqualTo(longs(-7));
    assertThat(features.get("half")).isEqualTo(floats(1.5f));
    assertThat(features.get("brain")).isEqualTo(floats(1.5f));

    byte[] third = new byte[8];
    java.nio.ByteBuffer.wrap(third).order(java.nio.ByteOrder.LITTLE_ENDIAN).putDouble(1 / 3.0);
    Batch doubles =
        Batch.of(Map.of("d", Array.Dense.vector(new Values.Numbers(DType.FLOAT64, third))));
    assertThatThrownBy(() -> ExampleCodec.encode(doubles, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'd' is float64");
    ExampleEncoder rounding = new ExampleEncoder(doubles, Doubles.ROUND);
    byte[] out = new byte[rounding.size(0)];
    rounding.write(0, out, 0);
    assertThat(Example.parseFrom(out).getFeatures().getFeatureMap().get("d"))
        .isEqualTo(floats((float) (1 / 3.0)));
    Batch huge =
        Batch.of(
            Map.of(
                "u",
                Array.Dense.vector(
                    new Values.Numbers(DType.UINT64, new byte[] {0, 0, 0, 0, 0, 0, 0, -1}))));
    assertThatThrownBy(() -> ExampleCodec.encode(huge, 0))
        .hasMessageContaining("'u' has the value 18374686479671623680");
  }

  private static void add(ExampleDecoder decoder, byte[] record, long at) {
    decoder.add(record, 0, record.length, at);
  }
}
