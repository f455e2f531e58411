// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.EOFException;
import java.io.IOException;

/**
 * Decodes images: JPEG (baseline and progressive; grey, YCbCr, RGB, CMYK, YCCK), PNG, GIF and WebP
 * (the first frame), BMP and TIFF (the first page), HEIC and AVIF (the main picture, without its
 * transparency) and JPEG 2000. The format is detected from the content. Colour profiles are
 * ignored, and 16 bits are reduced to the upper 8, both as in TensorFlow. Pixels of JPEGs are those
 * of TensorFlow with {@code dct_method="INTEGER_ACCURATE"}, of WebP those of libwebp. Threads may
 * share it.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Decodes an image to RGB with the defaults.
   *
   * @throws MediaException if the bytes are no image, a damaged one, or one that exceeds the limits
   */
  public static Image decode(byte[] bytes, DecodeLimits limits) throws MediaException {
    return decode(bytes, Channels.RGB, Decoding.DEFAULT.withLimits(limits));
  }

  /**
   * Decodes an image in its own size.
   *
   * @throws MediaException if the bytes are no image, a damaged one, or one that exceeds the limits
   */
  public static Image decode(byte[] bytes, ImageSpec spec) throws MediaException {
    return decode(bytes, spec.channels(), spec.decoding());
  }

  /**
   * Decodes an image in its own size.
   *
   * @throws MediaException if the bytes are no image, a damaged one, or one that exceeds the limits
   */
  public static Image decode(byte[] bytes, Channels channels, Decoding decoding)
      throws MediaException {
    ImageFormat format = ImageFormat.of(bytes);
    if (format == ImageFormat.WEBP || format.isOfFfmpeg()) {
      Ffmpeg.load();
    }
    try {
      if (format.isOfFfmpeg()) {
        return FfmpegPicture.decode(format, bytes, channels, decoding);
      }
      Encoded encoded = encoded(format, bytes);
      decoding.limits().check(encoded.height(), encoded.width());
      decoding.limits().checkScans(encoded.scans(), encoded.height() * encoded.width());
      Image image =
          encoded.pixels(channels, decoding.truncated()).image(channels, decoding.alpha());
      return decoding.orientation() == Orientation.APPLY
          ? ExifOrientation.upright(image, encoded.orientation())
          : image;
    } catch (EOFException | RuntimeException e) {
      throw new MediaException("the " + format + " is damaged or cut off", e);
    } catch (IOException e) {
      throw new MediaException("the " + format + " is damaged: " + e.getMessage(), e);
    }
  }

  private static Encoded encoded(ImageFormat format, byte[] bytes)
      throws IOException, MediaException {
    return switch (format) {
      case JPEG -> JpegFile.of(bytes);
      case PNG -> PngFile.of(bytes);
      case GIF -> GifFile.of(bytes);
      case WEBP -> WebpFile.of(bytes);
      case BMP, TIFF -> PluginFile.of(format, bytes);
      case HEIC, AVIF, JPEG_2000, JPEG_XL -> throw new IllegalArgumentException(format.toString());
    };
  }
}
