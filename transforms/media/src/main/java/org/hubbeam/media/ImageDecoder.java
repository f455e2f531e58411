package org.hubbeam.media;

import java.io.EOFException;
import java.io.IOException;

/**
 * Encoded images into pixels: JPEG (baseline and progressive; grey, YCbCr, RGB, CMYK, YCCK), PNG,
 * GIF and WebP (the first frame), BMP and TIFF (the first page), by what the bytes are. Colour
 * profiles are not looked at, and of 16 bits the upper 8 are kept, both as in TensorFlow. Pixels of
 * JPEGs are those of TensorFlow with {@code dct_method="INTEGER_ACCURATE"}, of WebP those of
 * libwebp. Threads may share it.
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Colours of an encoded image, otherwise with the defaults.
   *
   * @throws MediaException when they are no image, a damaged one, or one beyond the limits
   */
  public static Image decode(byte[] bytes, DecodeLimits limits) throws MediaException {
    return decode(bytes, Channels.RGB, Decoding.DEFAULT.withLimits(limits));
  }

  /**
   * The pixels of an encoded image, in its own size.
   *
   * @throws MediaException when they are no image, a damaged one, or one beyond the limits
   */
  public static Image decode(byte[] bytes, ImageSpec spec) throws MediaException {
    return decode(bytes, spec.channels(), spec.decoding());
  }

  /**
   * The pixels of an encoded image, in its own size.
   *
   * @throws MediaException when they are no image, a damaged one, or one beyond the limits
   */
  public static Image decode(byte[] bytes, Channels channels, Decoding decoding)
      throws MediaException {
    ImageFormat format = ImageFormat.of(bytes);
    if (format == ImageFormat.WEBP) {
      Ffmpeg.load();
    }
    try {
      Encoded encoded = encoded(format, bytes);
      decoding.limits().check(encoded.height(), encoded.width());
      Image image =
          encoded.pixels(channels, decoding.truncated()).image(channels, decoding.alpha());
      return decoding.orientation() == Orientation.APPLY
          ? Turned.upright(image, encoded.turned())
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
    };
  }
}
