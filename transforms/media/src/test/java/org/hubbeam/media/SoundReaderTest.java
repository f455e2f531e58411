// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  /** Sizes that programs write when they write to a pipe: of the whole, and of the samples. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "36, 0",
    "-1, 0",
    "0, -1",
    "-1, -1",
    "-1, -37", // ffmpeg, Python, GStreamer
    "0x7ffff024, 0x7ffff000",
    "0x7fffffff, 0x7fffffdb",
    "0x80000024, 0x80000000" // sox, arecord
  })
  void wavThatWasWrittenToAPipeIsReadWhole(String whole, String samples) throws Exception {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    float[] expected = READER.read(wav).samples();
    ByteBuffer header = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(4, Long.decode(whole).intValue()).putInt(40, Long.decode(samples).intValue());

    assertThat(expected).hasSize(32000);
    assertThat(READER.read(wav).samples()).isEqualTo(expected);
    assertThat(READER.read(Arrays.copyOf(wav, wav.length + 1)).samples()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 64000})
  void sizeOfAnRf64MayBeUnknown(long size) throws Exception {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    ByteBuffer rf64 = ByteBuffer.allocate(wav.length + 36).order(ByteOrder.LITTLE_ENDIAN);
    rf64.put(ascii("RF64")).putInt(-1).put(ascii("WAVEds64")).putInt(28);
    rf64.putLong(size < 1 ? size : size + 72).putLong(size).putLong(size / 2).putInt(0);
    rf64.put(wav, 12, wav.length - 12).putInt(76, -1);

    assertThat(READER.read(rf64.array()).samples()).isEqualTo(READER.read(wav).samples());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 64000})
  void sizeOfAnAuMayBeUnknown(int size) throws Exception {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    ByteBuffer au = ByteBuffer.allocate(24 + 64000).put(ascii(".snd"));
    au.putInt(24).putInt(size).putInt(3).putInt(16000).putInt(1);
    ShortBuffer little =
        ByteBuffer.wrap(wav, 44, 64000).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    au.asShortBuffer().put(little);

    assertThat(READER.read(au.array()).samples()).isEqualTo(READER.read(wav).samples());
  }

  @Test
  void sizesOfAiffAndCafMayBeUnknown() throws Exception {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    float[] expected = READER.read(wav).samples();
    ShortBuffer little =
        ByteBuffer.wrap(wav, 44, 64000).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    ByteBuffer aiff = ByteBuffer.allocate(54 + 64000).put(ascii("FORM")).putInt(-1);
    aiff.put(ascii("AIFFCOMM")).putInt(18).putShort((short) 1).putInt(0).putShort((short) 16);
    aiff.put(new byte[] {0x40, 0x0c, (byte) 0xfa, 0, 0, 0, 0, 0, 0, 0});
    aiff.put(ascii("SSND")).putInt(-1).putLong(0).asShortBuffer().put(little.duplicate());
    ByteBuffer caf = ByteBuffer.allocate(68 + 64000).put(ascii("caff")).putInt(1 << 16);
    caf.put(ascii("desc")).putLong(32).putDouble(16000).put(ascii("lpcm"));
    caf.putInt(0).putInt(2).putInt(1).putInt(1).putInt(16);
    caf.put(ascii("data")).putLong(-1).putInt(0).asShortBuffer().put(little);

    assertThat(READER.read(aiff.array()).samples()).isEqualTo(expected);
    assertThat(READER.read(caf.array()).samples()).isEqualTo(expected);
  }

  @Test
  void wavWithoutSamplesIsNotFilledFromWhatFollows() {
    byte[] wav = WavFiles.sine(16000, 0.1, 440);
    ByteBuffer header = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).putInt(40, 0);
    header.put(44, ascii("LIST")).putInt(48, wav.length - 52);

    assertRefused(wav, ".*");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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

  @ParameterizedTest
  @CsvSource({
    "0, .*",
    "3072001, the header says 3072001 samples a second; 1 to 3072000 are allowed",
    "100707396, the header says 100707396 samples a second; 1 to 3072000 are allowed",
    "-1, .*"
  })
  @Timeout(10)
  void rateThatNoRecordingHasIsRefusedBeforeAResamplerIsMade(int rate, String reason) {
    byte[] wav = WavFiles.sine(16000, 2, 440);
    ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).putInt(24, rate).putInt(28, 2 * rate);
    assertRefused(wav, reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {192_000, 352_800, 384_000, 768_000, 3_072_000})
  void highRatesOfRecordingsAreRead(int rate) throws Exception {
    Sound sound = READER.read(WavFiles.sine(rate, 0.5, 440));
    assertThat(sound.samples().length).isCloseTo(8000, within(16));
    assertThat((double) sound.samples()[4000])
        .isCloseTo(0.5 * Math.sin(2 * Math.PI * 440 * 0.25), within(0.003));
  }

  @Test
  void rateMayNotBeAThousandTimesTheOneThatIsWanted() {
    SoundReader slow = new SoundReader(SoundSpec.of(100));
    assertThatThrownBy(() -> slow.read(WavFiles.sine(100_000, 1, 440)))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("more than 1000 times the 100 that are wanted");
  }

  /** A sample every eighth of a second becomes 2,000: what is made at once is bounded. */
  @Test
  void fewSamplesASecondBecomeManyWithoutMuchMemory() throws Exception {
    Sound sound = READER.read(WavFiles.of(WavFiles.Sample.F32, 8, 800, i -> 0.25));
    assertThat(sound.samples().length).isCloseTo(1_600_000, within(4000));
    assertThat((double) sound.samples()[800_000]).isCloseTo(0.25, within(1e-4));
    byte[] hours = WavFiles.of(WavFiles.Sample.U8, 8, 1_000_000, i -> 0);
    assertRefused(hours, "longer than 3600.0 seconds");
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 512, 4096})
  void channelsAreBounded(int count) {
    IntToDoubleFunction[] channels = new IntToDoubleFunction[count];
    Arrays.fill(channels, (IntToDoubleFunction) i -> 0.5);
    assertRefused(
        WavFiles.of(WavFiles.Sample.S16, 16000, 100, channels),
        "the header says .* channels; 1 to 64 .*|no sound track");
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> READER.read(bytes))
        .isInstanceOf(MediaException.class)
        .hasMessageMatching(reason);
  }
}
