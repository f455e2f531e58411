// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The first frame of a WebP file.
 *
 * @param still a file of that frame alone
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649">RFC 9649: WebP Image Format</a>
 */
record WebpFile(long height, long width, int orientation, byte[] still) implements Encoded {

  private static final int RIFF = 12;
  private static final int CHUNK = 8;
  private static final int FRAME = 16;
  private static final int SIDE = 0x3fff;

  static WebpFile of(byte[] bytes) throws MediaException {
    if (bytes.length < RIFF + CHUNK
        || (Bytes.littleInt(bytes, 4) & 0xffffffffL) + 8 > bytes.length) {
      throw new MediaException("the WebP is cut off at byte " + bytes.length);
    }
    Parser parser = new Parser(bytes);
    parser.chunks(RIFF, bytes.length);
    return parser.file();
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws MediaException {
    return WebpPixels.decode(still, new ImageSize((int) height, (int) width));
  }

  /** Goes through the chunks. */
  private static final class Parser {
    private final byte[] bytes;
    private int orientation = ExifOrientation.UPRIGHT;
    private int alpha = -1;
    private int frame = -1;
    private boolean inFrame;
    private int height;
    private int width;

    Parser(byte[] bytes) {
      this.bytes = bytes;
    }

    void chunks(int from, int to) {
      long at = from;
      while (at + CHUNK <= to) {
        long length = Bytes.littleInt(bytes, (int) at + 4) & 0xffffffffL;
        int begin = (int) at + CHUNK;
        if (begin + length > to) {
          break;
        }
        chunk(name((int) at), begin, begin + (int) length);
        at = begin + length + (length & 1);
      }
    }

    private String name(int at) {
      return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    private void chunk(String name, int from, int to) {
      if (name.equals("EXIF")) {
        int prefix = Bytes.has(bytes, from, "Exif\0\0") ? 6 : 0;
        orientation = ExifOrientation.read(bytes, from + prefix, to);
      }
      if (frame >= 0) {
        return;
      }
      switch (name) {
        case "ANMF" -> {
          // A frame has no frames in it; files that say so are as deep as they are long.
          if (!inFrame) {
            inFrame = true;
            chunks(from + FRAME, to);
            inFrame = false;
          }
        }
        case "ALPH" -> alpha = from - CHUNK;
        case "VP8 " -> {
          if (to - from >= 10) {
            frame = from - CHUNK;
            height = Bytes.littleShort(bytes, from + 8) & SIDE;
            width = Bytes.littleShort(bytes, from + 6) & SIDE;
          }
        }
        case "VP8L" -> {
          if (to - from >= 5) {
            frame = from - CHUNK;
            int sides = Bytes.littleInt(bytes, from + 1);
            height = (sides >> 14 & SIDE) + 1;
            width = (sides & SIDE) + 1;
          }
        }
        default -> {}
      }
    }

    WebpFile file() throws MediaException {
      if (frame < 0) {
        throw new MediaException("the WebP has no pixels");
      }
      ByteArrayOutputStream chunks = new ByteArrayOutputStream(bytes.length);
      chunks.writeBytes("WEBP".getBytes(StandardCharsets.ISO_8859_1));
      if (alpha >= 0) {
        chunks.writeBytes("VP8X\12\0\0\0\20\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
        number(chunks, width - 1, 3);
        number(chunks, height - 1, 3);
        keep(chunks, alpha);
      }
      keep(chunks, frame);
      ByteArrayOutputStream still = new ByteArrayOutputStream(chunks.size() + CHUNK);
      still.writeBytes("RIFF".getBytes(StandardCharsets.ISO_8859_1));
      number(still, chunks.size(), 4);
      still.writeBytes(chunks.toByteArray());
      return new WebpFile(height, width, orientation, still.toByteArray());
    }

    private void keep(ByteArrayOutputStream out, int at) {
      int length = Bytes.littleInt(bytes, at + 4);
      out.write(bytes, at, CHUNK + length);
      if ((length & 1) == 1) {
        out.write(0);
      }
    }

    private static void number(ByteArrayOutputStream out, int value, int size) {
      for (int i = 0; i < size; i++) {
        out.write(value >> 8 * i);
      }
    }
  }
}
