// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A PNG taken apart. What is kept are the chunks that make pixels: texts, profiles and further
 * frames cannot hinder its decoding then.
 *
 * @param clean the chunks that make pixels, with an end
 * @param cutAt where the file ends before its last chunk; -1 where that is there
 * @see <a href="https://www.w3.org/TR/png-3/">PNG Specification</a>
 */
record PngFile(long height, long width, int orientation, byte[] clean, int cutAt)
    implements Encoded {

  static PngFile of(byte[] bytes) throws MediaException {
    return new Parser(bytes).parse();
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws IOException, MediaException {
    if (cutAt >= 0 && truncated == Truncated.FAIL) {
      throw new MediaException(cut(cutAt));
    }
    return Pixels.of(JdkReader.PNG.read(clean, truncated));
  }

  private static String cut(int at) {
    return "the PNG is cut off at byte " + at;
  }

  /** Goes through the chunks. */
  private static final class Parser {
    private static final int SIGNATURE = 8;
    private static final int FRAME = 12;

    private final byte[] bytes;
    private final ByteArrayOutputStream clean;
    private int at = SIGNATURE;
    private int orientation = ExifOrientation.UPRIGHT;
    private boolean ended;

    Parser(byte[] bytes) {
      this.bytes = bytes;
      this.clean = new ByteArrayOutputStream(bytes.length);
    }

    PngFile parse() throws MediaException {
      if (bytes.length < SIGNATURE + FRAME + 13) {
        throw new MediaException(cut(bytes.length) + ", before its pixels");
      }
      if (!Bytes.has(bytes, SIGNATURE + 4, "IHDR") || Bytes.bigInt(bytes, SIGNATURE) != 13) {
        throw new MediaException("the PNG is damaged: it has no header");
      }
      clean.write(bytes, 0, SIGNATURE);
      while (!ended && at + FRAME <= bytes.length) {
        long length = Bytes.bigInt(bytes, at) & 0xffffffffL;
        if (at + FRAME + length > bytes.length) {
          break;
        }
        chunk((int) length);
        at += FRAME + (int) length;
      }
      if (!ended) {
        rest();
      }
      return new PngFile(
          Bytes.bigInt(bytes, SIGNATURE + 12) & 0xffffffffL,
          Bytes.bigInt(bytes, SIGNATURE + 8) & 0xffffffffL,
          orientation,
          clean.toByteArray(),
          ended ? -1 : bytes.length);
    }

    private void chunk(int length) throws MediaException {
      switch (name()) {
        case "IHDR", "PLTE", "IDAT", "tRNS", "IEND" -> {
          CRC32 crc = new CRC32();
          crc.update(bytes, at + 4, length + 4);
          if ((int) crc.getValue() != Bytes.bigInt(bytes, at + 8 + length)) {
            throw new MediaException(
                "the PNG is damaged at byte " + at + ": wrong check sum of " + name());
          }
          clean.write(bytes, at, FRAME + length);
          ended = name().equals("IEND");
        }
        case "eXIf" -> orientation = ExifOrientation.read(bytes, at + 8, at + 8 + length);
        default -> {
          if (Character.isUpperCase(bytes[at + 4])) {
            throw new MediaException(
                "the PNG is damaged at byte " + at + ": a needed chunk of no known kind");
          }
        }
      }
    }

    /** What is there of the chunk that is cut, and an end. */
    private void rest() {
      if (at + 8 < bytes.length && name().equals("IDAT")) {
        write("IDAT", at + 8, bytes.length - at - 8);
      }
      write("IEND", 0, 0);
    }

    private void write(String name, int from, int length) {
      byte[] type = name.getBytes(StandardCharsets.US_ASCII);
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(bytes, from, length);
      number(length);
      clean.writeBytes(type);
      clean.write(bytes, from, length);
      number((int) crc.getValue());
    }

    private void number(int value) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        clean.write(value >> shift);
      }
    }

    private String name() {
      return new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
    }
  }
}
