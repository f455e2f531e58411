// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEIC, AVIF and JPEG 2000. {@code make_heif.py} made the files, by libheif, libavif, OpenJPEG. */
class HeifTest {

  /** What a codec may make of a value. */
  private static final int LOSS = 8;

  private static Image decode(String name) throws MediaException {
    return ImageDecoder.decode(ImageFixtures.bytes(name), DecodeLimits.DEFAULT);
  }

  private static int value(Image image, int y, int x, int channel) {
    return image.pixels()[(y * image.width() + x) * 3 + channel] & 0xff;
  }

  private static void assertSmall(Image image, int loss) {
    assertThat(image.size()).isEqualTo(new ImageSize(48, 64));
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        int[] colour = {x * 4, y * 5, (x + y) * 2};
        for (int c = 0; c < 3; c++) {
          assertThat(value(image, y, x, c)).isCloseTo(colour[c], within(loss));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut.heic", "plain.avif"})
  void pixelsAreThoseThatWereEncoded(String name) throws Exception {
    assertSmall(decode(name), LOSS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain.jp2", "plain.j2k"})
  void losslessPixelsAreExact(String name) throws Exception {
    assertSmall(decode(name), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void orientationIsThatOfExif(int orientation) throws Exception {
    byte[] file = ImageFixtures.bytes("orientation_" + orientation + ".avif");
    Image stored =
        ImageDecoder.decode(
            file, Channels.RGB, Decoding.DEFAULT.withOrientation(Orientation.IGNORE));

    assertSmall(stored, LOSS);
    assertThat(ImageDecoder.decode(file, DecodeLimits.DEFAULT))
        .isEqualTo(ExifOrientation.upright(stored, orientation));
  }

  @Test
  void tilesAreJoinedAndTheWholeIsTurned() throws Exception {
    Image image = decode("grid.heic");

    assertThat(image.size()).isEqualTo(new ImageSize(150, 100));
    for (int y = 0; y < 100; y++) {
      for (int x = 0; x < 150; x++) {
        int[] colour = {x, y * 2 % 256, (x + y) / 2};
        for (int c = 0; c < 3; c++) {
          assertThat(value(image, x, 99 - y, c)).isCloseTo(colour[c], within(LOSS));
        }
      }
    }
  }

  @Test
  void greyAndFourChannelsCanBeAskedFor() throws Exception {
    byte[] file = ImageFixtures.bytes("plain.jp2");
    Image grey = ImageDecoder.decode(file, Channels.GREY, Decoding.DEFAULT);
    Image four = ImageDecoder.decode(file, Channels.RGBA, Decoding.DEFAULT);

    // ITU-R BT.601 of (160, 100, 120) at y 20, x 40.
    assertThat(grey.pixels()[20 * 64 + 40] & 0xff).isCloseTo(120, within(1));
    assertThat(Arrays.copyOfRange(four.pixels(), (20 * 64 + 40) * 4, (20 * 64 + 40) * 4 + 4))
        .containsExactly(160, 100, 120, 255);
  }

  @Test
  void limitsHoldForTheWholeAndNotForTiles() {
    byte[] file = ImageFixtures.bytes("grid.heic");

    assertThatThrownBy(() -> ImageDecoder.decode(file, new DecodeLimits(14_999)))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("100 x 150");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff\n\u0001\u0002", "\0\0\0\fJXL \r\n\u0087\n\0\0"})
  void jpegXlIsRefusedByItsName(String begin) {
    byte[] file = begin.getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> ImageDecoder.decode(file, DecodeLimits.DEFAULT))
        .isInstanceOf(MediaException.class)
        .hasMessage("is a JPEG XL image, which this FFmpeg cannot decode");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grid.heic", "cut.heic", "orientation_6.avif", "plain.jp2"})
  void damagedPicturesAreFailuresAndNothingElse(String name) {
    byte[] bytes = ImageFixtures.bytes(name);
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      int cut = random.nextInt(3) * random.nextInt(bytes.length / 3);
      byte[] damaged = Arrays.copyOf(bytes, bytes.length - cut);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int within = random.nextBoolean() ? damaged.length : Math.min(600, damaged.length);
        damaged[random.nextInt(within)] = (byte) random.nextInt();
      }
      try {
        assertThat(ImageDecoder.decode(damaged, new DecodeLimits(100_000)).channels())
            .isEqualTo(Channels.RGB);
      } catch (MediaException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
