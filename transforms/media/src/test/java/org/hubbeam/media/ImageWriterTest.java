// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageWriterTest {

  @ParameterizedTest
  @EnumSource(Channels.class)
  void aPngIsReadAsItWasWritten(Channels channels) throws Exception {
    Image image = ImageDecoder.decode(ImageFixtures.bytes("rgba.png"), channels, Decoding.DEFAULT);
    byte[] png = ImageWriter.png(image);
    assertThat(ImageDecoder.decode(png, channels, Decoding.DEFAULT)).isEqualTo(image);
  }

  @Test
  void valuesOfEveryRangeBecomePixels() {
    Array.Dense floats =
        new Array.Dense(List.of(2L, 1L, 2L, 1L), Values.of(0f, 0.2f, 1.5f, Float.NaN));
    assertThat(ImageWriter.image(floats, 0, PixelRange.ZERO_TO_ONE).pixels())
        .isEqualTo(bytes(0, 51));
    assertThat(ImageWriter.image(floats, 1, PixelRange.ZERO_TO_ONE).pixels())
        .isEqualTo(bytes(255, 0));
    Array.Dense signed = new Array.Dense(List.of(1L, 1L, 3L), Values.of(-1f, -0.6f, 1f));
    assertThat(ImageWriter.image(signed, 0, PixelRange.MINUS_ONE_TO_ONE).pixels())
        .isEqualTo(bytes(0, 51, 255));
    Array.Dense integers =
        new Array.Dense(
            List.of(1L, 1L, 1L, 3L), new Values.Numbers(DType.UINT8, new byte[] {1, 2, -3}));
    assertThat(ImageWriter.image(integers, 0, PixelRange.ZERO_TO_255).pixels())
        .isEqualTo(bytes(1, 2, 253));
  }

  @Test
  void whatIsNoImageIsNamed() {
    Array.Dense vectors = new Array.Dense(List.of(1L, 2L), Values.of(0f, 1f));
    assertThatThrownBy(() -> ImageWriter.image(vectors, 0, PixelRange.ZERO_TO_ONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images are numbers [n, height, width, channels], not float32 [1, 2]");
  }

  @Test
  void boxesAreDrawnAroundWhatWasFoundAndTheRestIsAsBefore() {
    Image white = new Image(ImageSize.square(100), Channels.RGB, filled(30000));
    Box box = new Box(0.2f, 0.1f, 0.8f, 0.5f, "", 0.9f);
    Image drawn = BoxDrawer.draw(white, List.of(box));
    for (int y = 0; y < 100; y++) {
      for (int x = 0; x < 100; x++) {
        boolean within = y >= 20 && y <= 79 && x >= 10 && x <= 50;
        boolean inside = y > 20 && y < 79 && x > 10 && x < 50;
        boolean changed = drawn.value(y, x, 0) + drawn.value(y, x, 1) + drawn.value(y, x, 2) < 765;
        assertThat(changed).as(y + ", " + x).isEqualTo(within && !inside);
      }
    }
    assertThat(white.value(20, 10, 0)).isEqualTo(255);
  }

  @Test
  void labelsAreWrittenWithinTheImage() {
    Image white = new Image(ImageSize.square(100), Channels.RGB, filled(30000));
    Box plain = new Box(0f, 0.7f, 1.2f, 1f, "", 0.987f);
    Box labelled = new Box(0f, 0.7f, 1.2f, 1f, "zebra", 0.987f);
    assertThat(BoxDrawer.draw(white, List.of(labelled)))
        .isNotEqualTo(BoxDrawer.draw(white, List.of(plain)));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] filled(int size) {
    byte[] white = new byte[size];
    Arrays.fill(white, (byte) 255);
    return white;
  }
}
