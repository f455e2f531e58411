// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.ImageReaderSpi;

/** The decoders of the JDK itself, whatever other ones there are on the class path. */
final class JdkReader {
  static final JdkReader JPEG = new JdkReader("jpeg");
  static final JdkReader PNG = new JdkReader("png");
  static final JdkReader GIF = new JdkReader("gif");

  private final ImageReaderSpi provider;

  private JdkReader(String format) {
    this.provider = provider(format);
  }

  private static ImageReaderSpi provider(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReaderSpi provider = readers.next().getOriginatingProvider();
      if ("java.desktop".equals(provider.getClass().getModule().getName())) {
        return provider;
      }
    }
    throw new IllegalStateException("this Java has no decoder for " + format);
  }

  /**
   * Reads the first image.
   *
   * @param truncated whether what was read before a fault is taken
   */
  BufferedImage read(byte[] bytes, Truncated truncated) throws IOException {
    ImageReader reader = of(bytes);
    try {
      if (truncated == Truncated.FAIL) {
        return reader.read(0);
      }
      ImageReadParam param = reader.getDefaultReadParam();
      ImageTypeSpecifier type = reader.getImageTypes(0).next();
      BufferedImage image = type.createBufferedImage(reader.getWidth(0), reader.getHeight(0));
      param.setDestination(image);
      try {
        return reader.read(0, param);
      } catch (IOException e) {
        return image;
      }
    } finally {
      reader.dispose();
    }
  }

  /** A reader of these bytes, to be disposed of. */
  ImageReader of(byte[] bytes) throws IOException {
    ImageReader reader = provider.createReaderInstance();
    reader.setInput(new BytesInput(bytes), true, true);
    return reader;
  }
}
