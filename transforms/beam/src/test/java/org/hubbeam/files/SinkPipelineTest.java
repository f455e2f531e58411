// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.TFRecordIO;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.Example;

/** TFRecords, schema and failures on the direct runner, out and in again. */
class SinkPipelineTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private static Batch batch(int first, int rows) {
    long[] ids = new long[rows];
    float[] vectors = new float[rows * 2];
    String[] texts = new String[rows];
    int[] splits = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      ids[i] = (long) first + i;
      vectors[2 * i] = first + i;
      vectors[2 * i + 1] = 0.5f;
      texts[i] = "t" + (first + i);
      splits[i + 1] = splits[i] + (i % 2);
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put("vector", new Array.Dense(List.of((long) rows, 2L), Values.of(vectors)));
    columns.put("text", Array.Dense.vector(Values.of(texts)));
    long[] odd = new long[splits[rows]];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = first + 2L * i + 1;
    }
    columns.put("odd", Array.Ragged.of(Values.of(odd), splits));
    return Batch.of(columns);
  }

  private PCollection<Batch> batches() {
    return pipeline.apply("In", Create.of(List.of(batch(0, 5), batch(5, 1), batch(6, 4))));
  }

  private List<String> names() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,NONE", "0,GZIP", "3,NONE", "3,ZLIB", "1,GZIP"})
  void whatIsWrittenIsReadByBeamAndByTheSource(int shards, Compression compression)
      throws Exception {
    String prefix = folder.resolve("set").toString();
    batches().apply(BatchSink.tfrecord(prefix).withShards(shards).withCompression(compression));
    pipeline.run().waitUntilFinish();
    List<String> files = BatchSink.existing(prefix);
    if (shards > 0) {
      assertThat(names())
          .containsExactlyElementsOf(
              Stream.iterate(0, i -> i < shards, i -> i + 1)
                  .map(i -> String.format("set-%05d-of-%05d.tfrecord", i, shards))
                  .toList());
    }
    assertThat(names()).hasSameSizeAs(files).noneMatch(n -> n.contains("temp"));

    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    BatchSource.Result result = reading.apply(BatchSource.tfrecord(prefix + "-*"));
    Rows.expectFailures(result.failures());
    PAssert.that(result.batches()).satisfies(SinkPipelineTest::isAll);
    org.apache.beam.sdk.io.Compression beams =
        switch (compression) {
          case NONE -> org.apache.beam.sdk.io.Compression.UNCOMPRESSED;
          case GZIP -> org.apache.beam.sdk.io.Compression.GZIP;
          case ZLIB -> org.apache.beam.sdk.io.Compression.DEFLATE;
        };
    if (compression != Compression.ZLIB) {
      PAssert.that(reading.apply(TFRecordIO.read().from(prefix + "-*").withCompression(beams)))
          .satisfies(
              all -> {
                List<Long> ids = new ArrayList<>();
                for (byte[] record : all) {
                  ids.add(id(record));
                }
                assertThat(ids).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
                return null;
              });
    }
    reading.run().waitUntilFinish();
  }

  private static long id(byte[] record) {
    try {
      return Example.parseFrom(record)
          .getFeatures()
          .getFeatureOrThrow("id")
          .getInt64List()
          .getValue(0);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Void isAll(Iterable<Batch> batches) {
    List<String> found = new ArrayList<>();
    batches.forEach(b -> Rows.of(b).forEach(row -> found.add(row.replaceFirst("\\d+\\|", ""))));
    List<String> wanted = new ArrayList<>();
    for (Batch part : List.of(batch(0, 5), batch(5, 1), batch(6, 4))) {
      Batch sorted = part.only(List.of("id", "odd", "text", "vector"));
      Rows.of(sorted)
          .forEach(
              row ->
                  wanted.add(
                      row.replaceFirst("\\d+\\|", "").replaceAll("(id|text)=(\\w+)", "$1=[$2]")));
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(wanted);
    return null;
  }

  @Test
  void outputThatIsThereIsRefusedUntilItIsDeleted() {
    String prefix = folder.resolve("set").toString();
    Path old = Rows.file(folder, "set-00000-of-00002.tfrecord", "");
    Path other = Rows.file(folder, "set-extra-00000-of-00002.tfrecord.part", "");
    assertThatThrownBy(() -> BatchSink.tfrecord(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set-00000-of-00002.tfrecord");
    BatchSink.deleteExisting(prefix);
    assertThat(old).doesNotExist();
    assertThat(other).exists();
    BatchSink.tfrecord(prefix);
  }

  @Test
  void prefixThatAnotherBeginsWithIsNotTouched() {
    Path other = Rows.file(folder, "set-b-00000-of-00002.tfrecord", "");
    String prefix = folder.resolve("set").toString();
    assertThat(BatchSink.existing(prefix)).isEmpty();
    BatchSink.deleteExisting(prefix);
    assertThat(other).exists();
  }

  @Test
  void float64IsRefusedUnlessRounded() {
    Batch batch =
        Batch.of(
            Map.of(
                "d",
                Array.Dense.vector(
                    new Values.Numbers(org.hubbeam.batch.DType.FLOAT64, new byte[16]))));
    String prefix = folder.resolve("set").toString();
    pipeline.apply(Create.of(batch)).apply(BatchSink.tfrecord(prefix));
    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasStackTraceContaining("column 'd' is float64");
    assertThat(BatchSink.existing(prefix)).isEmpty();
    TestPipeline again = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    again
        .apply(Create.of(batch))
        .apply(BatchSink.tfrecord(prefix).withDoubles(ExampleCodec.Doubles.ROUND));
    again.run().waitUntilFinish();
    assertThat(BatchSink.existing(prefix)).isNotEmpty();
  }

  @Test
  void namesComeOutWhenTheFilesAreThere() {
    String prefix = folder.resolve("set").toString();
    PAssert.that(batches().apply(BatchSink.tfrecord(prefix).withShards(2)))
        .containsInAnyOrder(
            prefix + "-00000-of-00002.tfrecord", prefix + "-00001-of-00002.tfrecord");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void outputOfNoBatchesHasItsFilesAllTheSame() throws Exception {
    pipeline
        .apply(Create.empty(BatchCoder.of()))
        .apply(BatchSink.tfrecord(folder.resolve("set").toString()).withShards(2));
    pipeline.run().waitUntilFinish();
    assertThat(names())
        .containsExactly("set-00000-of-00002.tfrecord", "set-00001-of-00002.tfrecord");
  }

  @Test
  void unboundedInputIsRefusedWhenThePipelineIsBuilt() {
    PCollection<Batch> endless =
        pipeline.apply(TestStream.create(BatchCoder.of()).advanceWatermarkToInfinity());
    assertThatThrownBy(() -> endless.apply(BatchSink.tfrecord(folder.resolve("set").toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is unbounded");
  }

  @Test
  void schemaAdmitsTheRowsOfAllBatches() throws Exception {
    Batch more = batch(20, 3).with("extra", Array.Dense.vector(Values.of(1L, 2L, 3L)));
    Path file = folder.resolve("schema.pbtxt");
    PCollection<String> written =
        pipeline.apply(Create.of(List.of(batch(0, 5), more))).apply(SchemaFile.of(file.toString()));
    PAssert.that(filled(written)).containsInAnyOrder(file + " something");
    pipeline.run().waitUntilFinish();
    BatchSchema schema = BatchSchema.parse(Files.readString(file));
    assertThat(schema.columns())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "id: int64 [?]",
            "vector: float32 [?, 2]",
            "text: string [?]",
            "odd: ragged int64 [?, ?]",
            "extra: ragged int64 [?, ?]");
    assertThat(names()).containsExactly("schema.pbtxt");
  }

  /** The names of files with what is in them when their names come: something or nothing. */
  private static PCollection<String> filled(PCollection<String> written) {
    return written.apply(
        MapElements.into(TypeDescriptors.strings())
            .via(name -> name + (new java.io.File(name).length() > 0 ? " something" : " nothing")));
  }

  @Test
  void failuresAreJsonLinesAndTheirFileIsThereWhenThereAreNone() throws Exception {
    Path none = folder.resolve("none.jsonl");
    Path some = folder.resolve("some.jsonl");
    PCollection<String> written =
        pipeline
            .apply("None", Create.empty(FailureCoder.of()))
            .apply("NoneFile", FailuresFile.of(none.toString()));
    PAssert.that(filled(written)).containsInAnyOrder(none + " nothing");
    pipeline
        .apply(Create.of(new Failure("a@1", "c", "m", "f", "\"quoted\"\nünd")))
        .apply("SomeFile", FailuresFile.of(some.toString()));
    pipeline.run().waitUntilFinish();
    assertThat(none).isEmptyFile();
    assertThat(Files.readString(some, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"id\":\"a@1\",\"column\":\"c\",\"module\":\"m\",\"function\":\"f\","
                + "\"reason\":\"\\\"quoted\\\"\\nünd\"}\n");
  }

  @ParameterizedTest
  @EnumSource(Corruption.class)
  void damagedRecordsStopTheJobOrAreFailures(Corruption corruption) throws Exception {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (TFRecordWriter out = new TFRecordWriter(bytes, Compression.NONE)) {
      for (int row = 0; row < 4; row++) {
        out.write(row == 2 ? new byte[] {1} : ExampleCodec.encode(batch(0, 4), row));
      }
    }
    byte[] damaged = bytes.toByteArray();
    int second = 16 + ExampleCodec.encode(batch(0, 4), 0).length;
    int third = second + 16 + ExampleCodec.encode(batch(0, 4), 1).length;
    damaged[second + 12] ^= (byte) 1;
    String file = Rows.file(folder, "a.tfrecord", damaged).toString();
    BatchSource.Result result =
        pipeline.apply(BatchSource.tfrecord(file).withCorruption(corruption));
    if (corruption == Corruption.FAIL) {
      assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
          .rootCause()
          .isInstanceOf(CorruptFileException.class)
          .hasMessageContaining("a.tfrecord@" + second);
      return;
    }
    PAssert.that(result.failures())
        .satisfies(
            all -> {
              List<String> ids = new ArrayList<>();
              all.forEach(f -> ids.add(f.id().substring(f.id().lastIndexOf('@') + 1)));
              assertThat(ids)
                  .containsExactlyInAnyOrderElementsOf(
                      corruption == Corruption.SKIP_FILE
                          ? List.of("" + second)
                          : List.of("" + second, "" + third));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }
}
