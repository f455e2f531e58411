// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.ByteArrayOutputStream;

/**
 * A JPEG taken apart. What is kept are the segments that make pixels: comments, profiles,
 * thumbnails and what follows the image cannot hinder its decoding then.
 *
 * @param components 1, 3 or 4
 * @param colours what the components are
 * @param adobe whether Adobe's marker is there, after which CMYK is stored inverted
 * @param scans how many parts one behind the other refine the pixels; 10 are usual
 * @param clean the segments that make pixels, with an end
 * @param cutAt where the file ends before its end marker; -1 where that is there
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81: JPEG</a>
 * @see <a href="https://www.w3.org/Graphics/JPEG/jfif3.pdf">JFIF 1.02</a>
 */
record JpegFile(
    long height,
    long width,
    int components,
    Colours colours,
    boolean adobe,
    int orientation,
    int scans,
    byte[] clean,
    int cutAt)
    implements Encoded {

  /** What the components of a pixel are. */
  enum Colours {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK
  }

  static JpegFile of(byte[] bytes) throws MediaException {
    return new Parser(bytes).parse();
  }

  @Override
  public Pixels pixels(Channels channels, Truncated truncated) throws MediaException {
    return JpegPixels.decode(this, channels, truncated);
  }

  /** Goes through the segments. */
  private static final class Parser {
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int COMMENT = 0xfe;

    private final byte[] bytes;
    private final ByteArrayOutputStream clean;
    private int at = 2;
    private int frame = -1;
    private boolean jfif;
    private int transform = -1;
    private int orientation = ExifOrientation.UPRIGHT;
    private int scans;

    Parser(byte[] bytes) {
      this.bytes = bytes;
      this.clean = new ByteArrayOutputStream(bytes.length);
    }

    JpegFile parse() throws MediaException {
      marker(SOI);
      boolean ended = false;
      while (!ended) {
        while (at < bytes.length && (bytes[at] & 0xff) != 0xff) {
          at++;
        }
        while (at < bytes.length && (bytes[at] & 0xff) == 0xff) {
          at++;
        }
        if (at >= bytes.length) {
          break;
        }
        int marker = bytes[at++] & 0xff;
        ended = marker == EOI;
        boolean bare = marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= EOI);
        if (!bare && !segment(marker)) {
          break;
        }
      }
      marker(EOI);
      if (frame < 0 || scans == 0) {
        throw new MediaException(
            ended
                ? "the JPEG has no pixels"
                : "the JPEG is cut off at byte " + bytes.length + ", before its pixels");
      }
      return file(ended ? -1 : bytes.length);
    }

    private JpegFile file(int cutAt) throws MediaException {
      int components = bytes[frame + 7] & 0xff;
      return new JpegFile(
          Bytes.bigShort(bytes, frame + 3),
          Bytes.bigShort(bytes, frame + 5),
          components,
          colours(components),
          transform >= 0,
          orientation,
          scans,
          clean.toByteArray(),
          cutAt);
    }

    /**
     * Takes one segment, and the data of a scan behind it.
     *
     * @return false where the file ends before the segment
     */
    private boolean segment(int marker) throws MediaException {
      int length = at + 2 > bytes.length ? 2 : Bytes.bigShort(bytes, at);
      if (length < 2) {
        throw new MediaException(
            "the JPEG is damaged at byte " + at + ": a segment without length");
      }
      int end = at + length;
      if (end > bytes.length || at + 2 > bytes.length) {
        return false;
      }
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        frame(marker, length);
      }
      boolean kept = (marker < APP0 || marker > 0xef) && marker != COMMENT;
      if (kept) {
        marker(marker);
        clean.write(bytes, at, length);
      } else {
        application(marker, at + 2, end);
      }
      at = end;
      if (marker == SOS) {
        scans++;
        scan();
      }
      return true;
    }

    private void frame(int marker, int length) throws MediaException {
      if (marker > 0xc2) {
        throw new MediaException(
            marker == 0xc3 || marker == 0xc7 || marker == 0xcb || marker == 0xcf
                ? "is a lossless JPEG, which cannot be read"
                : "is an arithmetic or hierarchical JPEG, which cannot be read");
      }
      if (length < 8) {
        throw new MediaException("the JPEG is damaged at byte " + at + ": a short header");
      }
      if (bytes[at + 2] != 8) {
        throw new MediaException("is a JPEG of " + bytes[at + 2] + " bits, which cannot be read");
      }
      frame = at;
    }

    private void application(int marker, int from, int to) {
      if (marker == APP0 && Bytes.has(bytes, from, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP1 && Bytes.has(bytes, from, "Exif\0") && to - from > 6) {
        orientation =
            orientation == ExifOrientation.UPRIGHT
                ? ExifOrientation.read(bytes, from + 6, to)
                : orientation;
      } else if (marker == APP14 && Bytes.has(bytes, from, "Adobe") && to - from >= 12) {
        transform = bytes[from + 11] & 0xff;
      }
    }

    /** Takes the data of a scan, up to the next marker that is none of it. */
    private void scan() {
      int from = at;
      while (at + 1 < bytes.length) {
        if ((bytes[at] & 0xff) == 0xff) {
          int next = bytes[at + 1] & 0xff;
          if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
            clean.write(bytes, from, at - from);
            return;
          }
        }
        at++;
      }
      at = bytes.length;
      clean.write(bytes, from, at - from);
    }

    private void marker(int marker) {
      clean.write(0xff);
      clean.write(marker);
    }

    /** As libjpeg tells colours. */
    private Colours colours(int components) throws MediaException {
      return switch (components) {
        case 1 -> Colours.GREY;
        case 3 -> {
          boolean rgb =
              transform >= 0 ? transform == 0 : id(0) == 'R' && id(1) == 'G' && id(2) == 'B';
          yield rgb && !jfif ? Colours.RGB : Colours.YCC;
        }
        case 4 -> transform <= 0 ? Colours.CMYK : Colours.YCCK;
        default ->
            throw new MediaException(
                "is a JPEG of " + components + " components, which cannot be read");
      };
    }

    private int id(int component) {
      int place = frame + 8 + 3 * component;
      return place < bytes.length ? bytes[place] : 0;
    }
  }
}
