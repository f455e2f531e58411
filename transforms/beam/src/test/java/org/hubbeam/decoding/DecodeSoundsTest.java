// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchSource;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.PlainBatchCoder;
import org.hubbeam.inference.RunModule;
import org.hubbeam.inference.ZooPipeline;
import org.hubbeam.media.SoundSpec;
import org.hubbeam.media.WavFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeSoundsTest {
  @TempDir Path folder;
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  @Test
  void filesAreListsOfSamplesOrFailures() throws Exception {
    Files.write(folder.resolve("long.wav"), WavFiles.sine(44100, 2, 440));
    Files.write(folder.resolve("short.wav"), WavFiles.sine(16000, 0.5, 440));
    Files.write(folder.resolve("bad.wav"), new byte[] {1, 2, 3});
    MediaResult result =
        pipeline
            .apply(BatchSource.fileNames(folder + "/*.wav"))
            .batches()
            .apply(DecodeSounds.of(SoundSpec.of(16000)));
    PAssert.that(result.batches())
        .satisfies(
            batches -> {
              List<String> seen = new ArrayList<>();
              for (Batch batch : batches) {
                String file = ((Values.Strings) batch.column("file").values()).text(0);
                float seconds = (float) batch.column("seconds").values().get(0);
                double wanted = file.endsWith("long.wav") ? 2 : 0.5;
                assertThat((double) seconds).isCloseTo(wanted, within(0.001));
                Array.Ragged waveform = (Array.Ragged) batch.column("waveform");
                assertThat(waveform.values().size() / 16000f).isEqualTo(seconds);
                seen.add(file.substring(file.lastIndexOf('/') + 1));
              }
              assertThat(seen).containsExactlyInAnyOrder("long.wav", "short.wav");
              return null;
            });
    PAssert.that(result.failures())
        .satisfies(
            failures -> {
              Failure failure = failures.iterator().next();
              assertThat(failure.id()).endsWith("bad.wav");
              assertThat(failure.reason()).startsWith("no clip and no sound");
              return null;
            });
    pipeline.run();
  }

  @Test
  void soundsOfDifferentLengthsGoThroughAModuleThatTakesOne() {
    Array first = ZooPipeline.input("audio_yamnet", 0, "waveform");
    Array second = ZooPipeline.input("audio_yamnet", 1, "waveform");
    Batch files =
        Batch.of(
            Map.of("bytes", Array.Dense.vector(Values.ofBytes(List.of(wav(first), wav(second))))));
    List<float[]> wanted =
        List.of(
            ZooPipeline.floats(ZooPipeline.output("audio_yamnet", 0, "1")),
            ZooPipeline.floats(ZooPipeline.output("audio_yamnet", 1, "1")));
    MediaResult sounds =
        pipeline
            .apply(Create.of(List.of(files)).withCoder(new PlainBatchCoder()))
            .apply(DecodeSounds.of(SoundSpec.of(16000)).withBytesColumn("bytes"));
    ModuleSpec spec = ZooPipeline.spec("audio_yamnet", "__call__").withOutput("1", "embeddings");
    PAssert.that(sounds.batches().apply(RunModule.of(spec)).batches())
        .satisfies(
            batches -> {
              Batch batch = ZooPipeline.only(batches);
              assertThat(batch.columns().keySet())
                  .containsExactly("waveform", "seconds", "embeddings");
              Array.Ragged embeddings = (Array.Ragged) batch.column("embeddings");
              ZooPipeline.assertClose(ZooPipeline.floats(embeddings.slice(0, 1)), wanted.get(0));
              ZooPipeline.assertClose(ZooPipeline.floats(embeddings.slice(1, 2)), wanted.get(1));
              return null;
            });
    pipeline.run();
  }

  private static byte[] wav(Array waveform) {
    float[] samples = ZooPipeline.floats(waveform);
    return WavFiles.of(WavFiles.Sample.F32, 16000, samples.length, i -> samples[i]);
  }
}
