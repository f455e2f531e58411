package org.hubbeam.media;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/** The first image of a BMP, WebP or TIFF file. */
record PluginFile(ImageFormat format, long height, long width, int turned, byte[] bytes)
    implements Encoded {

  static {
    ImageIO.setUseCache(false);
  }

  static PluginFile of(ImageFormat format, byte[] bytes) throws IOException, MediaException {
    if (format == ImageFormat.WEBP) {
      long expected = (Bytes.littleInt(bytes, 4) & 0xffffffffL) + 8;
      if (expected > bytes.length) {
        throw new MediaException("the WEBP is cut off at byte " + bytes.length);
      }
    }
    ImageReader reader = reader(format, bytes);
    try {
      return new PluginFile(
          format, reader.getHeight(0), reader.getWidth(0), turned(format, bytes), bytes);
    } finally {
      reader.dispose();
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
        switch (format) {
          case BMP -> new BMPImageReaderSpi();
          case TIFF -> new TIFFImageReaderSpi();
          case WEBP -> new WebPImageReaderSpi();
          default -> throw new IllegalArgumentException("no plugin for " + format);
        };
    ImageReader reader = spi.createReaderInstance();
    reader.setInput(new ByteArrayImageInputStream(bytes), true, false);
    return reader;
  }

  private static int turned(ImageFormat format, byte[] bytes) {
    if (format == ImageFormat.TIFF) {
      return Turned.read(bytes, 0, bytes.length);
    }
    return format == ImageFormat.WEBP ? turnedWebp(bytes) : Turned.UPRIGHT;
  }

  private static int turnedWebp(byte[] bytes) {
    long at = 12;
    while (at + 8 <= bytes.length) {
      long length = Bytes.littleInt(bytes, (int) at + 4) & 0xffffffffL;
      long end = at + 8 + length;
      if (end > bytes.length) {
        break;
      }
      if (Bytes.has(bytes, (int) at, "EXIF")) {
        int from = (int) at + (Bytes.has(bytes, (int) at + 8, "Exif\0\0") ? 14 : 8);
        return Turned.read(bytes, from, (int) end);
      }
      at = end + (length & 1);
    }
    return Turned.UPRIGHT;
  }
}
