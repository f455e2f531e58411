package org.hubbeam.media;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;

/** The decoders of the JDK itself, whatever other ones there are on the class path. */
enum JdkReader {
  JPEG,
  PNG,
  GIF;

  private final ImageReaderSpi provider = provider(name());

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

  /** A reader of these bytes, to be disposed of. */
  ImageReader of(byte[] bytes) throws IOException {
    ImageReader reader = provider.createReaderInstance();
    reader.setInput(new BytesInput(bytes), true, true);
    return reader;
  }
}
