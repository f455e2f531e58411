// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoundReaderTest {
  private static final SoundReader READER = new SoundReader(SoundSpec.of(16000));

  @ParameterizedTest
  @EnumSource(WavFiles.Sample.class)
  void samplesAtTheFilesRateAreThoseOfTheFile(WavFiles.Sample sample) throws Exception {
    double[] values = {0, 0.5, -0.5, 0.999, -1, 0.25};
    Sound sound = READER.read(WavFiles.of(sample, 16000, 6, i -> values[i]));
    double step = sample == WavFiles.Sample.U8 ? 1.0 / 64 : 1.0 / 16384;
    assertThat(sound.samples()).hasSize(6);
    for (int i = 0; i < values.length; i++) {
      assertThat((double) sound.samples()[i]).isCloseTo(values[i], within(step));
    }
    assertThat(sound.seconds()).isEqualTo(6 / 16000.0);
  }

  @Test
  void channelsAreAveraged() throws Exception {
    byte[] two = WavFiles.of(WavFiles.Sample.F32, 16000, 500, i -> 0.75, i -> -0.25);
    assertThat(READER.read(two).samples()).hasSize(500).containsOnly(0.25f);
    byte[] same = WavFiles.of(WavFiles.Sample.F32, 16000, 500, i -> 1, i -> 1);
    assertThat(READER.read(same).samples()).containsOnly(1f);
    byte[] five =
        WavFiles.of(WavFiles.Sample.F32, 16000, 500, i -> 1, i -> 0, i -> 0.5, i -> 0, i -> -0.25);
    assertThat(READER.read(five).samples()).containsOnly(0.25f);
  }

  @ParameterizedTest
  @CsvSource({"44100, 440", "48000, 1000", "22050, 3000", "8000, 440"})
  void anotherRateKeepsPitchAndLoudness(int rate, double hertz) throws Exception {
    Sound sound = READER.read(WavFiles.sine(rate, 2, hertz));
    assertThat(sound.samples().length).isCloseTo(32000, within(32));
    float[] samples = sound.samples();
    double most = 0;
    for (int i = 2000; i < 30000; i++) {
      double truth = 0.5 * Math.sin(2 * Math.PI * hertz * i / 16000);
      most = Math.max(most, Math.abs(samples[i] - truth));
    }
    assertThat(most).as("difference from the sine").isLessThan(0.003);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp3", "ogg", "flac", "m4a"})
  void compressedSoundsAreTheSineThatTheyWere(String ending) throws Exception {
    byte[] file;
    try (InputStream in = SoundReaderTest.class.getResourceAsStream("sine." + ending)) {
      file = in.readAllBytes();
    }
    float[] samples = READER.read(file).samples();
    assertThat(samples.length).isCloseTo(16000, within(1200));
    double sine = 0;
    double cosine = 0;
    double all = 0;
    for (int i = 3000; i < 13000; i++) {
      double angle = 2 * Math.PI * 440 * i / 16000;
      sine += samples[i] * Math.sin(angle) / 5000;
      cosine += samples[i] * Math.cos(angle) / 5000;
      all += samples[i] * samples[i] / 5000;
    }
    assertThat(Math.hypot(sine, cosine)).as("amplitude at 440 Hz").isCloseTo(0.5, within(0.01));
    assertThat(Math.sqrt(all)).as("nothing else").isCloseTo(0.5, within(0.01));
  }

  @Test
  void toneAboveHalfTheNewRateIsGone() throws Exception {
    float[] samples = READER.read(WavFiles.sine(44100, 1, 12000)).samples();
    double most =
        IntStream.range(1000, 15000).mapToDouble(i -> Math.abs(samples[i])).max().orElseThrow();
    assertThat(most).isLessThan(0.005);
  }

  @Test
  void whatIsNoSoundIsRefusedWithAReason(@TempDir Path folder) throws Exception {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    assertRefused(new byte[0], "no clip and no sound of a known format.*");
    assertRefused("words\n".repeat(999).getBytes(StandardCharsets.UTF_8), "no clip.*");
    assertRefused(Arrays.copyOf(wav, wav.length / 2), "it (ends|is damaged) after .*");
    assertRefused(Arrays.copyOf(wav, 44), ".*");
    assertRefused(
        Files.readAllBytes(NumberedFrames.write(folder.resolve("mute.mkv"), 10, 10)),
        "no sound track");
    SoundReader brief = new SoundReader(SoundSpec.of(16000).withMaxSeconds(1));
    assertThatThrownBy(() -> brief.read(wav))
        .isInstanceOf(MediaException.class)
        .hasMessage("longer than 1.0 seconds");
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> READER.read(bytes))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(reason);
  }
}
