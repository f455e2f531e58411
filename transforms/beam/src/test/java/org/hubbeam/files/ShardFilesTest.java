// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleCodec;
import org.hubbeam.batch.Values;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.TFRecordReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts get their names, once and all of them, or the job fails. */
class ShardFilesTest {

  @TempDir Path folder;
  private Path run;
  private ShardFiles files;

  @BeforeEach
  void setUp() throws IOException {
    run = Files.createDirectory(folder.resolve(RunFolder.PREFIX + "r"));
    files = shards(3);
  }

  private ShardFiles shards(int shards) {
    return ShardFiles.of(
        new BatchSink.Settings(
            folder.resolve("v").toString(),
            shards,
            Compression.NONE,
            ExampleCodec.Doubles.REFUSE,
            List.of()),
        run.toString());
  }

  private static Batch batch(long... ids) {
    return Batch.of(Map.of("id", Array.Dense.vector(Values.of(ids))));
  }

  private WrittenPart part(long... ids) throws IOException {
    try (PartWriter writer = new PartWriter(files, UUID.randomUUID().toString())) {
      writer.write(batch(ids));
      return writer.end();
    }
  }

  private Path temporary(WrittenPart part) {
    return Path.of(files.written(part.name()).toString());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(f -> f.getFileName().toString())
          .filter(n -> n.startsWith("v"))
          .sorted()
          .toList();
    }
  }

  private List<Integer> rows(List<String> of) throws IOException {
    List<Integer> rows = new ArrayList<>();
    for (String file : of) {
      int count = 0;
      try (InputStream in = Files.newInputStream(Path.of(file));
          TFRecordReader records =
              TFRecordReader.open(
                  java.nio.channels.Channels.newChannel(in),
                  file,
                  Files.size(Path.of(file)),
                  Corruption.FAIL,
                  failure -> {})) {
        while (records.next()) {
          count++;
        }
      }
      rows.add(count);
    }
    return rows;
  }

  @Test
  void aPartThatIsMissingIsNamedWithItsWriterAndNothingIsNamed() throws IOException {
    WrittenPart here = part(1, 2);
    WrittenPart elsewhere = part(3);
    Files.delete(temporary(elsewhere));

    assertThatThrownBy(() -> files.finish(List.of(here, elsewhere)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("1 of 3 files of the output cannot be found")
        .hasMessageContaining(temporary(elsewhere) + ", written by " + ThisProcess.name())
        .hasMessageContaining("must share the folder");
    assertThat(names()).isEmpty();
    assertThat(temporary(here)).exists();
  }

  @Test
  void aPartThatWasCutIsNoPart() throws IOException {
    WrittenPart cut = part(1, 2, 3);
    Files.write(temporary(cut), new byte[5]);

    assertThatThrownBy(() -> files.finish(List.of(cut)))
        .hasMessageContaining("has 5 bytes instead of " + cut.bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void triedAgainAfterSomeOrAllHaveTheirNamesItGivesTheSame(int renamed) throws IOException {
    List<WrittenPart> parts = List.of(part(1), part(2, 3));
    List<String> names = files.finish(parts);
    List<Integer> rows = rows(names);
    // As if the first try had ended after so many.
    for (int i = renamed; i < 3; i++) {
      List<WrittenPart> sorted =
          parts.stream().sorted(java.util.Comparator.comparing(WrittenPart::name)).toList();
      if (i < 2) {
        Files.createDirectories(temporary(sorted.get(i)).getParent());
        Files.move(Path.of(names.get(i)), temporary(sorted.get(i)));
      } else {
        Files.delete(Path.of(names.get(i)));
      }
    }

    assertThat(files.finish(parts)).isEqualTo(names);
    assertThat(rows(names)).isEqualTo(rows).endsWith(0);
    assertThat(names()).hasSize(3);
    assertThat(run.toFile().list()).containsExactly("files-v.json");
  }

  @Test
  void whatAnEarlierTryOfOtherPartsHasNamedGoes() throws IOException {
    files = shards(0);
    files.finish(List.of(part(1), part(2), part(3)));

    files.finish(List.of(part(1, 2), part(3)));

    assertThat(names()).containsExactly("v-00000-of-00002.tfrecord", "v-00001-of-00002.tfrecord");
    WrittenFiles written = WrittenFiles.read(new RunFolder(run.toString()), folder + "/v");
    assertThat(written.rows()).isEqualTo(3);
    assertThat(written.files())
        .allSatisfy(file -> assertThat(Path.of(file.name())).hasSize(file.bytes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a[1]", "b{2}", "c d"})
  void foldersMayBeCalledLikeGlobs(String name) throws IOException {
    folder = Files.createDirectory(folder.resolve(name));
    setUp();

    assertThat(files.finish(List.of(part(1)))).hasSize(3);
    assertThat(BatchSink.existing(folder + "/v")).hasSize(3);
  }

  @Test
  void aWorkerThatDoesNotSeeTheFolderOfTheRunSaysSo() {
    Pipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline.getOptions().as(RunOptions.class).setRunFolder(run.toString());
    pipeline.apply(Create.of(batch(1))).apply(BatchSink.tfrecord(folder + "/v"));

    assertThatThrownBy(() -> pipeline.run().waitUntilFinish())
        .hasMessageContaining("does not see " + run.resolve("run.json"))
        .hasMessageContaining(ThisProcess.host());
  }
}
