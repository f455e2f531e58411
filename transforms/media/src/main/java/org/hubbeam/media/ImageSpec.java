// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;

/**
 * The images that a module takes.
 *
 * @param sized the size of every image; null if each keeps its own
 * @param dtype float32, float16, bfloat16, uint8 or int32; integers are rounded to the nearest
 * @param decoding how encoded images are read
 */
public record ImageSpec(
    @Nullable ImageSize sized,
    Channels channels,
    DType dtype,
    PixelRange range,
    Resize resize,
    Fit fit,
    Decoding decoding)
    implements Serializable {

  private static final List<DType> TYPES =
      List.of(DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16, DType.UINT8, DType.INT32);

  /** RGB of any size, float32 from 0 to 1; stretched bilinearly if a size is set. */
  public static final ImageSpec DEFAULT =
      new ImageSpec(
          null,
          Channels.RGB,
          DType.FLOAT32,
          PixelRange.ZERO_TO_ONE,
          Resize.BILINEAR,
          Fit.STRETCH,
          Decoding.DEFAULT);

  public ImageSpec {
    if (!TYPES.contains(dtype)) {
      throw new IllegalArgumentException("pixels are one of " + TYPES + ", not " + dtype);
    }
    if (!dtype.isFloating() && range != PixelRange.ZERO_TO_255) {
      throw new IllegalArgumentException("pixels of " + dtype + " are 0 to 255, not " + range);
    }
  }

  /**
   * The images for an input of a module, {@code [?, height, width, channels]}: size, channels and
   * type where its shape fixes them, else any size and RGB; floats from 0 to 1, integers from 0 to
   * 255.
   *
   * @throws IllegalArgumentException naming the input when it is none for images
   */
  public static ImageSpec forInput(ArraySpec input) {
    Shape shape = input.shape();
    if (!TYPES.contains(input.dtype())
        || input.layout() != Layout.DENSE
        || !shape.hasRank()
        || shape.rank() != 4) {
      throw new IllegalArgumentException(
          "no input for images, which is [?, height, width, channels] of "
              + TYPES
              + ": "
              + input
              + (takesEncoded(input) ? ", which may take the files' bytes as they are" : ""));
    }
    ImageSpec spec = DEFAULT.withDtype(input.dtype()).withChannels(channels(input));
    return shape.dim(1) > 0 && shape.dim(2) > 0
        ? spec.withSize(new ImageSize(Math.toIntExact(shape.dim(1)), Math.toIntExact(shape.dim(2))))
        : spec;
  }

  /** Whether an input takes one string per row, such as an encoded image. */
  public static boolean takesEncoded(ArraySpec input) {
    return input.dtype() == DType.STRING
        && input.layout() == Layout.DENSE
        && (!input.shape().hasRank() || input.shape().rank() <= 1);
  }

  private static Channels channels(ArraySpec input) {
    long count = input.shape().dim(3);
    try {
      return count < 0 ? Channels.RGB : Channels.of(count);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("no input for images: " + input + ", " + e.getMessage());
    }
  }

  /**
   * Checks that an input takes these images.
   *
   * @throws IllegalArgumentException naming the pixels and the input
   */
  public void check(ArraySpec input) {
    boolean fits = input.dtype() == dtype && input.layout() == Layout.DENSE;
    Shape wanted = input.shape();
    if (wanted.hasRank()) {
      fits &= wanted.rank() == 4;
      for (int i = 1; fits && i < 4; i++) {
        fits = wanted.dim(i) < 0 || wanted.dim(i) == shape().dim(i);
      }
    }
    if (!fits) {
      throw new IllegalArgumentException(this + " do not fit the input " + input);
    }
  }

  /** The shape of a column of such images, -1 for what is not fixed. */
  public Shape shape() {
    return Shape.of(
        -1,
        sized == null ? -1 : sized.height(),
        sized == null ? -1 : sized.width(),
        channels.count());
  }

  /** The size of every image; empty if each keeps its own. */
  public Optional<ImageSize> size() {
    return Optional.ofNullable(sized);
  }

  /** The bytes of one image of this size in a column. */
  public long byteSize(ImageSize size) {
    return size.pixels() * channels.count() * dtype.bytes();
  }

  /** Sets the size of all images. */
  public ImageSpec withSize(ImageSize value) {
    return new ImageSpec(value, channels, dtype, range, resize, fit, decoding);
  }

  /** Keeps the size of each image. */
  public ImageSpec withOwnSize() {
    return new ImageSpec(null, channels, dtype, range, resize, fit, decoding);
  }

  /** Sets the channels. */
  public ImageSpec withChannels(Channels value) {
    return new ImageSpec(sized, value, dtype, range, resize, fit, decoding);
  }

  /** Sets the dtype and its default range: integers from 0 to 255, floats from 0 to 1. */
  public ImageSpec withDtype(DType value) {
    PixelRange usual = value.isFloating() ? PixelRange.ZERO_TO_ONE : PixelRange.ZERO_TO_255;
    PixelRange next = value.isFloating() == dtype.isFloating() ? range : usual;
    return new ImageSpec(sized, channels, value, next, resize, fit, decoding);
  }

  /** Sets the range of values. */
  public ImageSpec withRange(PixelRange value) {
    return new ImageSpec(sized, channels, dtype, value, resize, fit, decoding);
  }

  /** Sets the interpolation. */
  public ImageSpec withResize(Resize value) {
    return new ImageSpec(sized, channels, dtype, range, value, fit, decoding);
  }

  /** Sets how images with other proportions fit the size. */
  public ImageSpec withFit(Fit value) {
    return new ImageSpec(sized, channels, dtype, range, resize, value, decoding);
  }

  /** Sets how images are decoded. */
  public ImageSpec withDecoding(Decoding value) {
    return new ImageSpec(sized, channels, dtype, range, resize, fit, value);
  }

  /** {@code images of uint8 [?, 224, 224, 3]}. */
  @Override
  public String toString() {
    return "images of " + dtype + " " + shape();
  }
}
