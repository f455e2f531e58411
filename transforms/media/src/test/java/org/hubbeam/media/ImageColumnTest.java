// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageColumnTest {

  private static final ImageSize TWO = new ImageSize(1, 2);

  private static Image image(int... values) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return new Image(new ImageSize(1, values.length), Channels.GREY, pixels);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, ZERO_TO_ONE, 0.2, 1",
    "FLOAT32, MINUS_ONE_TO_ONE, -0.6, 1",
    "FLOAT32, ZERO_TO_255, 51, 255",
    "FLOAT16, ZERO_TO_ONE, 0.2, 1",
    "BFLOAT16, MINUS_ONE_TO_ONE, -0.6, 1",
    "INT32, ZERO_TO_255, 51, 255",
    "UINT8, ZERO_TO_255, 51, 255"
  })
  void valuesHaveTheTypeAndRangeThatIsWanted(
      DType dtype, PixelRange range, double first, double last) {
    ImageSpec spec =
        ImageSpec.DEFAULT.withChannels(Channels.GREY).withDtype(dtype).withRange(range);
    ImageColumn column = new ImageColumn(spec, TWO);
    column.add(image(51, 255));
    column.add(image(51, 51, 255, 255));
    column.add(image(0, 0));
    Array.Dense images = column.build();
    assertThat(images.dims()).isEqualTo(List.of(3L, 1L, 2L, 1L));
    Values.Numbers numbers = (Values.Numbers) images.values();
    assertThat(numbers.dtype()).isEqualTo(dtype);
    double tolerance = dtype == DType.BFLOAT16 ? 2e-3 : dtype == DType.FLOAT16 ? 1e-4 : 1e-6;
    for (int row = 0; row < 2; row++) {
      assertThat(numbers.getDouble(2 * row)).isCloseTo(first, within(tolerance));
      assertThat(numbers.getDouble(2 * row + 1)).isCloseTo(last, within(tolerance));
    }
    assertThat(column.rows()).isZero();
  }

  @Test
  void integersAreRoundedAndStayWithinTheirRange() {
    ImageSpec spec =
        ImageSpec.DEFAULT
            .withChannels(Channels.GREY)
            .withDtype(DType.UINT8)
            .withResize(Resize.BICUBIC);
    ImageColumn column = new ImageColumn(spec, new ImageSize(1, 8));
    column.add(image(255, 255, 0, 0));
    Values.Numbers numbers = (Values.Numbers) column.build().values();
    assertThat(numbers.toLongs())
        .startsWith(255, 255)
        .endsWith(0, 0)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  @Test
  void imagesWithOtherChannelsAndOtherSizesThanTheSpecsAreRefused() {
    ImageSpec spec = ImageSpec.DEFAULT.withSize(TWO);
    assertThatThrownBy(() -> new ImageColumn(spec, ImageSize.square(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images of float32 [?, 1, 2, 3] have not the size 3 x 3");
    assertThatThrownBy(() -> new ImageColumn(spec, TWO).add(image(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an image of 1 x 2 GREY among images of float32 [?, 1, 2, 3]");
  }
}
