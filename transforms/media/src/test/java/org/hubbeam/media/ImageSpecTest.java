// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.junit.jupiter.api.Test;

class ImageSpecTest {

  private static ArraySpec input(DType dtype, long... dims) {
    return new ArraySpec("images", dtype, Shape.of(dims), Layout.DENSE);
  }

  @Test
  void aModulesInputSaysWhatItTakes() {
    ImageSpec fixed = ImageSpec.forInput(input(DType.FLOAT32, -1, 48, 40, 3));
    assertThat(fixed.size()).contains(new ImageSize(48, 40));
    assertThat(fixed.channels()).isEqualTo(Channels.RGB);
    assertThat(fixed.range()).isEqualTo(PixelRange.ZERO_TO_ONE);
    ImageSpec any = ImageSpec.forInput(input(DType.UINT8, -1, -1, -1, 1));
    assertThat(any.size()).isEmpty();
    assertThat(any.channels()).isEqualTo(Channels.GREY);
    assertThat(any.range()).isEqualTo(PixelRange.ZERO_TO_255);
    assertThat(any.dtype()).isEqualTo(DType.UINT8);
    assertThat(ImageSpec.forInput(input(DType.FLOAT32, -1, -1, -1, -1)).channels())
        .isEqualTo(Channels.RGB);
  }

  @Test
  void whatIsNoInputForImagesIsNamed() {
    assertThatThrownBy(() -> ImageSpec.forInput(input(DType.FLOAT32, -1, 20)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no input for images, which is [?, height, width, channels] of [float32, float16,"
                + " bfloat16, uint8, int32]: images: float32 [?, 20]");
    assertThatThrownBy(() -> ImageSpec.forInput(input(DType.FLOAT32, -1, 20, 20, 2)))
        .hasMessage(
            "no input for images: images: float32 [?, 20, 20, 2], an image has 1, 3 or 4"
                + " channels, not 2");
    ArraySpec encoded = input(DType.STRING, -1);
    assertThat(ImageSpec.takesEncoded(encoded)).isTrue();
    assertThatThrownBy(() -> ImageSpec.forInput(encoded))
        .hasMessageEndingWith("which may take the files' bytes as they are");
  }

  @Test
  void pixelsThatAnInputDoesNotTakeAreRefused() {
    ArraySpec input = input(DType.FLOAT32, -1, 48, 40, 3);
    ImageSpec spec = ImageSpec.forInput(input);
    assertThatCode(() -> spec.check(input)).doesNotThrowAnyException();
    assertThatThrownBy(() -> spec.withSize(new ImageSize(40, 48)).check(input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "images of float32 [?, 40, 48, 3] do not fit the input images: float32 [?, 48, 40,"
                + " 3]");
    assertThatThrownBy(() -> spec.withChannels(Channels.GREY).check(input))
        .hasMessageContaining("[?, 48, 40, 1] do not fit");
    assertThatThrownBy(() -> spec.withDtype(DType.UINT8).check(input))
        .hasMessageContaining("images of uint8 [?, 48, 40, 3] do not fit");
    assertThatThrownBy(() -> spec.withOwnSize().check(input))
        .hasMessageContaining("[?, ?, ?, 3] do not fit");
    assertThatCode(() -> spec.check(input(DType.FLOAT32, -1, -1, -1, 3)))
        .doesNotThrowAnyException();
  }

  @Test
  void impossiblePixelsAreRefused() {
    assertThatThrownBy(() -> ImageSpec.DEFAULT.withDtype(DType.INT64))
        .hasMessageContaining("not int64");
    assertThatThrownBy(
            () -> ImageSpec.DEFAULT.withDtype(DType.UINT8).withRange(PixelRange.ZERO_TO_ONE))
        .hasMessage("pixels of uint8 are 0 to 255, not ZERO_TO_ONE");
  }
}
