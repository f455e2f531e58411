// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The first image of a BMP or TIFF file.
 *
 * @see <a href="https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf">TIFF 6.0</a>
 */
record PluginFile(ImageFormat format, long height, long width, int orientation, byte[] bytes)
    implements Encoded {

  private static final int MOST_SAMPLES = 16;
  private static final int MOST_TILE = 4096;
  private static final int PIXELS_AT = 10;

  static {
    ImageIO.setUseCache(false);
  }

  static PluginFile of(ImageFormat format, byte[] bytes) throws IOException, MediaException {
    if (format == ImageFormat.TIFF) {
      check(new TiffTags(bytes, 0, bytes.length));
    } else {
      checkBitmap(bytes);
    }
    // All directories would be read, and they may be many, and within each other.
    byte[] first = format == ImageFormat.TIFF ? TiffTags.firstDirectory(bytes) : bytes;
    ImageReader reader = reader(format, first);
    try {
      return new PluginFile(
          format, reader.getHeight(0), reader.getWidth(0), orientation(format, first), first);
    } finally {
      reader.dispose();
    }
  }

  /** Memory is taken for samples and tiles too. */
  private static void check(TiffTags tags) throws MediaException {
    long samples = tags.number(TiffTags.SAMPLES_PER_PIXEL, 1);
    long width = tags.number(TiffTags.TILE_WIDTH, 1);
    long height = tags.number(TiffTags.TILE_HEIGHT, 1);
    if (samples > MOST_SAMPLES || width > MOST_TILE || height > MOST_TILE) {
      throw new MediaException(
          "the header of the TIFF says "
              + samples
              + " samples a pixel, tiles of "
              + height
              + " x "
              + width);
    }
  }

  /** Memory is taken for as many colours as fit before the pixels. */
  private static void checkBitmap(byte[] bytes) throws MediaException {
    long pixels = Integer.toUnsignedLong(Bytes.littleInt(bytes, PIXELS_AT));
    if (pixels > bytes.length) {
      throw new MediaException(
          "the BMP is damaged or cut off: its pixels begin at byte "
              + pixels
              + " of "
              + bytes.length);
    }
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws IOException {
    ImageReader reader = reader(format, bytes);
    try {
      return Pixels.of(reader.read(0));
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(ImageFormat format, byte[] bytes) throws IOException {
    ImageReaderSpi spi =
        format == ImageFormat.TIFF ? new TIFFImageReaderSpi() : new BMPImageReaderSpi();
    ImageReader reader = spi.createReaderInstance();
    reader.setInput(new BytesInput(bytes), true, false);
    return reader;
  }

  private static int orientation(ImageFormat format, byte[] bytes) {
    return format == ImageFormat.TIFF
        ? ExifOrientation.read(bytes, 0, bytes.length)
        : ExifOrientation.UPRIGHT;
  }
}
