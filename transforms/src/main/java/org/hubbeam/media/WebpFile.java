package org.hubbeam.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;

/**
 * The first frame of a WebP file, whose headers are compared: a frame may not be larger than the
 * image.
 */
record WebpFile(long height, long width, int turned, byte[] bytes) implements Encoded {

  private static final int RIFF = 12;
  private static final int CHUNK = 8;
  private static final int FRAME = 16;

  static WebpFile of(byte[] bytes) throws MediaException {
    if (bytes.length < RIFF + CHUNK
        || (Bytes.littleInt(bytes, 4) & 0xffffffffL) + 8 > bytes.length) {
      throw new MediaException("the WebP is cut off at byte " + bytes.length);
    }
    Headers headers = new Headers(bytes);
    headers.chunks(RIFF, bytes.length);
    return headers.file();
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws IOException {
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
    try {
      reader.setInput(new BytesInput(bytes), true, true);
      return Pixels.of(reader.read(0));
    } finally {
      reader.dispose();
    }
  }

  /** Goes through the chunks. */
  private static final class Headers {
    private final byte[] bytes;
    private int turned = Turned.UPRIGHT;
    private long height;
    private long width;
    private long frameHeight;
    private long frameWidth;

    Headers(byte[] bytes) {
      this.bytes = bytes;
    }

    void chunks(int from, int to) {
      long at = from;
      while (at + CHUNK <= to) {
        long length = Bytes.littleInt(bytes, (int) at + 4) & 0xffffffffL;
        int begin = (int) at + CHUNK;
        long end = begin + length;
        if (end > to) {
          break;
        }
        chunk(new String(bytes, (int) at, 4, StandardCharsets.ISO_8859_1), begin, (int) end);
        at = end + (length & 1);
      }
    }

    private void chunk(String name, int from, int to) {
      switch (name) {
        case "VP8X" -> {
          if (to - from >= 10) {
            width = 1 + (Bytes.littleInt(bytes, from + 3) >>> 8);
            height = 1 + (Bytes.littleInt(bytes, from + 6) >>> 8);
          }
        }
        case "VP8 " -> {
          if (to - from >= 10) {
            frame(
                Bytes.littleShort(bytes, from + 8) & 0x3fff,
                Bytes.littleShort(bytes, from + 6) & 0x3fff);
          }
        }
        case "VP8L" -> {
          if (to - from >= 5) {
            int bits = Bytes.littleInt(bytes, from + 1);
            frame((bits >> 14 & 0x3fff) + 1, (bits & 0x3fff) + 1);
          }
        }
        case "ANMF" -> chunks(from + FRAME, to);
        case "EXIF" -> {
          int prefix = Bytes.has(bytes, from, "Exif\0\0") ? 6 : 0;
          turned = Turned.read(bytes, from + prefix, to);
        }
        default -> {}
      }
    }

    private void frame(int high, int wide) {
      frameHeight = Math.max(frameHeight, high);
      frameWidth = Math.max(frameWidth, wide);
    }

    WebpFile file() throws MediaException {
      if (frameHeight == 0 || frameWidth == 0) {
        throw new MediaException("the WebP has no pixels");
      }
      boolean extended = height > 0;
      if (extended && (frameHeight > height || frameWidth > width)) {
        throw new MediaException("the WebP is damaged: a frame is larger than the image");
      }
      return new WebpFile(
          extended ? height : frameHeight, extended ? width : frameWidth, turned, bytes);
    }
  }
}
