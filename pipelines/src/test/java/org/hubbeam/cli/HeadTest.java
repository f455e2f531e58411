// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.TFRecordWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.BytesList;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

class HeadTest {

  @TempDir Path work;

  private Path write(Compression compression) throws IOException {
    Features features =
        Features.newBuilder()
            .putFeature("empty", Feature.getDefaultInstance())
            .putFeature(
                "vector",
                Feature.newBuilder()
                    .setFloatList(FloatList.newBuilder().addValue(0.5f).addValue(-1f))
                    .build())
            .putFeature(
                "count",
                Feature.newBuilder()
                    .setInt64List(
                        Int64List.newBuilder()
                            .addAllValue(LongStream.range(0, 20).boxed().toList()))
                    .build())
            .putFeature(
                "text",
                Feature.newBuilder()
                    .setBytesList(
                        BytesList.newBuilder()
                            .addValue(ByteString.copyFromUtf8("ä\n"))
                            .addValue(ByteString.copyFrom(new byte[] {(byte) 0xff})))
                    .build())
            .build();
    byte[] record = Example.newBuilder().setFeatures(features).build().toByteArray();
    Path file = work.resolve("records");
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), compression)) {
      for (int i = 0; i < 3; i++) {
        out.write(record);
      }
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void recordsAreJsonOneALineAndLongListsAreCut(Compression compression) throws IOException {
    Run run = Run.of("head", write(compression).toString(), "-n", "2", "--values=3");

    String line =
        "{\"count\":[0,1,2,\"... 20 in all\"],\"empty\":[],"
            + "\"text\":[\"ä\\n\",{\"base64\":\"/w==\"}],\"vector\":[0.5,-1.0]}";
    assertThat(run).isEqualTo(new Run(0, line + "\n" + line + "\n", ""));
  }

  @Test
  void aFileWithFewerRecordsIsShownWhole() throws IOException {
    assertThat(Run.of("head", write(Compression.NONE).toString()).out().lines()).hasSize(3);
  }

  @Test
  void aCutFileFailsNamingThePlaceAfterWhatCouldBeRead() throws IOException {
    Path file = write(Compression.NONE);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));

    Run run = Run.of("head", file.toString());

    assertThat(run.err().strip()).contains("records@" + 2 * bytes.length / 3).hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
    assertThat(Run.of("head", file.toString(), "-n", "2").out().lines()).hasSize(2);
    assertThat(List.of(work.toFile().list())).containsExactly("records");
  }

  @Test
  void aKeyNeedNotBeUtf8AndARecordThatIsNoExampleIsShownToo() throws IOException {
    Path file = work.resolve("keys");
    Files.createDirectories(work);
    byte[] odd = java.util.HexFormat.of().parseHex("0a0e0a0c0a03ff276b12050a030a0161");
    byte[] cut = java.util.HexFormat.of().parseHex("0a0e0a0c0a03");
    try (TFRecordWriter out = new TFRecordWriter(Files.newOutputStream(file), Compression.NONE)) {
      out.write(odd);
      out.write(cut);
      out.write(new byte[0]);
    }

    List<String> lines = Run.of("head", file.toString()).out().lines().toList();

    assertThat(lines).hasSize(3).first().isEqualTo("{\"b'\\\\xff\\\\x27k'\":[\"a\"]}");
    assertThat(lines.get(1))
        .startsWith("{\"error\":\"neither tf.Example nor")
        .contains("\"bytes\":6");
    assertThat(lines.get(2)).isEqualTo("{}");
  }
}
