// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips whose headers tell of more than there is: each is a failure within seconds. */
@Timeout(20)
class HostileClipsTest {
  @TempDir Path folder;

  private static long windows(byte[] file, ClipSpec spec) throws IOException, MediaException {
    long windows = 0;
    try (ClipReader reader = ClipReader.open(file, spec)) {
      while (reader.next() != null) {
        windows++;
      }
    }
    return windows;
  }

  private byte[] clip(String ending) throws IOException {
    return Files.readAllBytes(NumberedFrames.write(folder.resolve("clip." + ending), 30, 10));
  }

  private static int find(byte[] file, String name) {
    int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(name);
    assertThat(at).as(name).isNotNegative();
    return at;
  }

  /** FFmpeg makes an entry of its index for each of them. */
  @ParameterizedTest
  @ValueSource(ints = {2_000_001, 20_000_000, Integer.MAX_VALUE, -1})
  void tablesOfMoreSamplesThanAnyClipHasAreRefusedBeforeTheyAreRead(int samples) throws Exception {
    byte[] mp4 = clip("mp4");
    ByteBuffer file = ByteBuffer.wrap(mp4);
    file.putInt(find(mp4, "stsz") + 8, 1).putInt(find(mp4, "stsz") + 12, samples);
    file.putInt(find(mp4, "stsc") + 12, 1).putInt(find(mp4, "stsc") + 16, samples);
    assertThatThrownBy(() -> windows(mp4, ClipSpec.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining(Integer.toUnsignedLong(samples) + " samples of one size")
        .hasMessageContaining("at most 2000000");
    Path written = Files.write(folder.resolve("bomb.mp4"), mp4);
    assertThatThrownBy(() -> ClipReader.open(written, ClipSpec.DEFAULT))
        .isInstanceOf(MediaException.class);
    assertThatThrownBy(() -> new SoundReader(SoundSpec.of(16000)).read(written))
        .isInstanceOf(MediaException.class);
  }

  @Test
  void packedTablesAreNotRead() throws Exception {
    byte[] mp4 = clip("mp4");
    byte[] cmov = "cmov".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(cmov, 0, mp4, find(mp4, "trak"), 4);
    assertThatThrownBy(() -> windows(mp4, ClipSpec.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("cmov");
  }

  /** The file tells of a place that no file has. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 40, Long.MAX_VALUE - 100, -1})
  void seekingBehindTheEndIsTheEnd(long size) throws Exception {
    ByteBuffer asf = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
    asf.put(HexFormat.of().parseHex("3026b2758e66cf11a6d900aa0062ce6c"));
    asf.putLong(30).putInt(1).put((byte) 1).put((byte) 2);
    asf.put(HexFormat.of().parseHex("3326b2758e66cf11a6d900aa0062ce6c")).putLong(size);
    Path file = Files.write(folder.resolve("clip.asf"), asf.array());
    assertThatThrownBy(() -> ClipReader.open(file, ClipSpec.DEFAULT))
        .isInstanceOf(MediaException.class);
    assertThatThrownBy(() -> ClipReader.open(asf.array(), ClipSpec.DEFAULT))
        .isInstanceOf(MediaException.class);
  }

  @Test
  void placesOfChunksMayLieBehindTheEnd() throws Exception {
    for (int place : new int[] {-1, Integer.MAX_VALUE, 0x70000000}) {
      byte[] mp4 = clip("mp4");
      ByteBuffer.wrap(mp4).putInt(find(mp4, "stco") + 12, place);
      assertThatThrownBy(() -> windows(mp4, ClipSpec.DEFAULT)).isInstanceOf(MediaException.class);
    }
  }

  /** Twenty pictures, each shown for eleven minutes. */
  private static byte[] slowGif() {
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    gif.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
    gif.writeBytes(new byte[] {1, 0, 1, 0, (byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
    for (int i = 0; i < 20; i++) {
      gif.writeBytes(new byte[] {0x21, -7, 4, 0, -1, -1, 0, 0});
      gif.writeBytes(new byte[] {',', 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0});
    }
    gif.write(';');
    return gif.toByteArray();
  }

  @Test
  void framesDoNotComeAgainWithoutEnd() throws Exception {
    ClipSpec often = ClipSpec.DEFAULT.withSampling(FrameSampling.rate(5));
    assertThatThrownBy(() -> windows(slowGif(), often))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("repeated more than 40000 times")
        .hasMessageContaining("--fps");
    assertThat(windows(slowGif(), often.withSampling(FrameSampling.rate(0.1)))).isPositive();
    assertThat(windows(slowGif(), often.withSampling(FrameSampling.count(16)))).isEqualTo(1);
  }

  @Test
  void numbersInTheHeadersOfAnMp4MayBeAny() throws Exception {
    byte[] mp4 = clip("mp4");
    for (String name : new String[] {"mvhd", "tkhd", "mdhd", "stts", "stsc", "stsz", "stsd"}) {
      int at = find(mp4, name);
      for (int offset = 4; offset < 40; offset += 4) {
        for (int value : new int[] {0, 1, 1_000_000_000, Integer.MAX_VALUE, -1}) {
          byte[] other = mp4.clone();
          ByteBuffer.wrap(other).putInt(at + offset, value);
          readOrRefuse(other);
        }
      }
    }
  }

  @Test
  void anyPartOfAClipMayBeMissing() throws Exception {
    for (String ending : new String[] {"mp4", "mkv", "avi"}) {
      byte[] file = clip(ending);
      for (int i = 0; i < 40; i++) {
        readOrRefuse(Arrays.copyOf(file, file.length * i / 40));
      }
    }
  }

  private static void readOrRefuse(byte[] file) throws IOException {
    try {
      assertThat(windows(file, ClipSpec.DEFAULT)).isLessThan(100);
    } catch (MediaException e) {
      assertThat(e).hasMessageMatching("(?s).{5,400}");
    }
  }
}
