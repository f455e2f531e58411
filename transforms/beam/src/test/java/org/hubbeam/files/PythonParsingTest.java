// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.IntRange;
import org.hubbeam.batch.Values;
import org.hubbeam.batch.VocabularyMetadata;
import org.hubbeam.testing.Python;
import org.hubbeam.tfrecord.Compression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is what {@code tf.io.parse_example} reads, in every layout. */
class PythonParsingTest {

  @TempDir Path folder;

  private static Batch batch() {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(7L, -1L)));
    columns.put(
        "matrix",
        new Array.Dense(List.of(2L, 2L, 2L), Values.of(0.5f, 1f, 2f, 3f, 4f, 5f, 6f, 7f)));
    columns.put("words", Array.Ragged.of(Values.of("ä", "b"), new int[] {0, 2, 2}));
    columns.put(
        "tree",
        new Array.Ragged(
            Values.of(1L, 2L, 3L),
            List.of(new int[] {0, 2, 3}, new int[] {0, 2, 2, 3}),
            List.of()));
    columns.put(
        "bag",
        new Array.Sparse(List.of(2L, 5L), new long[] {0, 1, 0, 4, 1, 0}, Values.of(1f, 2f, 3f)));
    return Batch.of(columns);
  }

  @Test
  void whatIsKnownOfColumnsIsReadByTensorFlowMetadata() throws Exception {
    String python = Python.with("tensorflow_metadata.proto.v0.schema_pb2");
    BatchSchema schema =
        BatchSchema.of(batch())
            .withDomain(
                "id",
                ColumnDomain.UNKNOWN
                    .withRange(IntRange.categories(-1, 7))
                    .withBoundaries(List.of(0.5f, Float.NaN)))
            .withDomain("tree", ColumnDomain.UNKNOWN.withRange(new IntRange(0, 9, false)))
            .withVocabularies(List.of(new VocabularyMetadata("wörter", 300, 2)));
    Path file = folder.resolve("schema.pbtxt");
    Files.writeString(file, schema.toText());
    Path out = folder.resolve("out.json");
    Python.run(python, getClass(), "read_schema.py", folder, file.toString(), out.toString());
    String found = Files.readString(out);
    assertThat(found)
        .contains(
            "\"domains\": {\"bag$sparse_indices_0\": [0, 4, false], \"id\": [-1, 7, true],"
                + " \"tree$ragged_values\": [0, 9, false]}")
        .contains(
            "\"notes\": [[\"BucketBoundaries\", \"0d0000003f0d0000c07f\"],"
                + " [\"VocabularyMetadata\", \"0a0777c3b67274657210ac021802\"]]");
    if (found.contains("\"kinds\"")) {
      assertThat(found)
          .contains(
              "\"kinds\": {\"bag\": \"SparseFeature[5]\", \"id\": \"FixedLenFeature[]\","
                  + " \"matrix\": \"FixedLenFeature[2, 2]\", \"tree\": \"RaggedFeature\","
                  + " \"words\": \"VarLenFeature\"}");
    }
  }

  @Test
  void everyLayoutIsParsed() throws Exception {
    String python = Python.with("tensorflow");
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    String prefix = folder.resolve("set").toString();
    String schema = folder.resolve("schema.pbtxt").toString();
    PCollection<Batch> batches = pipeline.apply(Create.of(batch()));
    batches.apply(BatchSink.tfrecord(prefix).withShards(1).withCompression(Compression.GZIP));
    batches.apply(SchemaFile.of(schema));
    pipeline.run().waitUntilFinish();
    Path out = folder.resolve("out.json");
    Python.run(python, getClass(), "parse_examples.py", folder, prefix, schema, out.toString());
    assertThat(Files.readString(out))
        .isEqualTo(
            "{\"bag\": [[0.0, 1.0, 0.0, 0.0, 2.0], [3.0, 0.0, 0.0, 0.0, 0.0]], \"id\": [7, -1],"
                + " \"matrix\": [[[0.5, 1.0], [2.0, 3.0]], [[4.0, 5.0], [6.0, 7.0]]],"
                + " \"tree\": [[[1, 2], []], [[3]]], \"words\": [[\"ä\", \"b\"], []]}");
  }

  @Test
  void packedNumbersAreDecodedRaw() throws Exception {
    String python = Python.with("tensorflow");
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("q", numbers(DType.INT8, 1, -127, 127, 0, -1, 2));
    columns.put("h", numbers(DType.FLOAT16, 0x00, 0x3c, 0x01, 0x80, 0xff, 0x7b, 0x00, 0x7c));
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    String prefix = folder.resolve("set").toString();
    String schema = folder.resolve("schema.pbtxt").toString();
    PCollection<Batch> batches = pipeline.apply(Create.of(Batch.of(columns)));
    List<String> packed = List.of("q", "h");
    batches.apply(BatchSink.tfrecord(prefix).withShards(1).withPacked(packed));
    batches.apply(SchemaFile.of(schema).withPacked(packed));
    pipeline.run().waitUntilFinish();
    Path out = folder.resolve("out.json");
    Python.run(python, getClass(), "decode_packed.py", folder, prefix, schema, out.toString());
    assertThat(Files.readString(out))
        .isEqualTo(
            "{\"h\": [\"float16\", [[1.0, -5.960464477539063e-08], [65504.0, Infinity]]],"
                + " \"q\": [\"int8\", [[1, -127, 127], [0, -1, 2]]]}");
  }

  private static Array numbers(DType dtype, int... bytes) {
    byte[] block = new byte[bytes.length];
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) bytes[i];
    }
    Values.Numbers values = new Values.Numbers(dtype, block);
    return new Array.Dense(List.of(2L, values.size() / 2L), values);
  }
}
