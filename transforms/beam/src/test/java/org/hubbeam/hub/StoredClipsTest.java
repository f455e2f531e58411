// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.decoding.DecodeClips;
import org.hubbeam.decoding.DecodeSounds;
import org.hubbeam.decoding.MediaResult;
import org.hubbeam.files.BatchSource;
import org.hubbeam.media.ClipSpec;
import org.hubbeam.media.NumberedFrames;
import org.hubbeam.media.SoundSpec;
import org.hubbeam.media.WavFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clips and sounds of an object store. */
class StoredClipsTest {
  @TempDir Path store;
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  @Test
  void clipsAndSoundsAreCopiedForTheTimeOfReading() throws IOException {
    TestStorage.root = store;
    TestStorage.opening = id -> {};
    Path bucket = Files.createDirectory(store.resolve("bucket"));
    NumberedFrames.write(bucket.resolve("clip.mkv"), 20, 10);
    Files.write(bucket.resolve("sound.wav"), WavFiles.sine(16000, 1, 440));
    long before = copies();
    MediaResult clips =
        pipeline
            .apply("clips", BatchSource.fileNames("hubtest://bucket/clip.mkv"))
            .batches()
            .apply("decode clips", DecodeClips.of(ClipSpec.DEFAULT));
    MediaResult sounds =
        pipeline
            .apply("sounds", BatchSource.fileNames("hubtest://bucket/sound.wav"))
            .batches()
            .apply("decode sounds", DecodeSounds.of(SoundSpec.of(16000)));
    PAssert.that(clips.failures()).empty();
    PAssert.that(sounds.failures()).empty();
    PAssert.that(clips.batches())
        .satisfies(
            batches -> {
              Batch batch = batches.iterator().next();
              assertThat(((Values.Strings) batch.column("file").values()).text(0))
                  .isEqualTo("hubtest://bucket/clip.mkv");
              assertThat(batch.rows()).isEqualTo(2);
              return null;
            });
    PAssert.that(sounds.batches())
        .satisfies(
            batches -> {
              assertThat(batches.iterator().next().column("waveform").values().size())
                  .isEqualTo(16000);
              return null;
            });
    pipeline.run();
    assertThat(copies()).isEqualTo(before);
  }

  private static long copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().matches("hubbeam-.*\\.media")).count();
    }
  }
}
