// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.Int64List;

/** TFRecords whose records stay as they are. */
class RecordsSourceTest {

  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
  @TempDir Path folder;

  private String written(Compression compression, byte[]... records) throws IOException {
    Path file = folder.resolve("a.tfrecord");
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), compression)) {
      for (byte[] record : records) {
        out.write(record);
      }
    }
    return file.toString();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] example(long id, String name) {
    return Example.newBuilder()
        .setFeatures(
            Features.newBuilder()
                .putFeature(
                    "id",
                    Feature.newBuilder().setInt64List(Int64List.newBuilder().addValue(id)).build())
                .putFeature(
                    "name",
                    Feature.newBuilder()
                        .setBytesList(
                            BytesList.newBuilder().addValue(ByteString.copyFromUtf8(name)))
                        .build()))
        .build()
        .toByteArray();
  }

  @Test
  void recordsOfAnythingAreRows() throws IOException {
    String file = written(Compression.GZIP, text("one"), text(""), text("größe"));

    BatchSource source = BatchSource.records(file);
    BatchSource.Result result = pipeline.apply(source);

    assertThat(source.columns()).hasValue(java.util.List.of("record"));
    Rows.expect(result.batches(), "0|record=one", "19|record=", "35|record=größe");
    Rows.expectFailures(result.failures());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void featuresOfTheirExamplesStandBesideThem() throws IOException {
    byte[] one = example(-5, "a");
    String file = written(Compression.NONE, one, text("no example"), example(9, "b"));

    BatchSource.Result result =
        pipeline.apply(BatchSource.records(file, "name", "id", "none").withBatchRows(2));

    String first = new String(one, StandardCharsets.UTF_8);
    String second = new String(example(9, "b"), StandardCharsets.UTF_8);
    long third = one.length + 16L + 26;
    Rows.expect(
        result.batches(),
        "0|record=" + first + "|name=[a]|id=[-5]|none=[]",
        third + "|record=" + second + "|name=[b]|id=[9]|none=[]");
    Rows.expectFailures(
        result.failures(),
        "a.tfrecord@" + (one.length + 16) + " : not a tf.Example: the wire type 6");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void theRecordIsNoFeatureOfItself() throws IOException {
    String file = written(Compression.NONE);
    assertThatThrownBy(() -> BatchSource.records(file, "record"))
        .hasMessageContaining("'record' is the record itself");
  }
}
