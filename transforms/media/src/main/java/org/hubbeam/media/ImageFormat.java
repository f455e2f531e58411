// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What an encoded image is, told by its first bytes. */
enum ImageFormat {
  JPEG("JPEG"),
  PNG("PNG"),
  GIF("GIF"),
  BMP("BMP"),
  WEBP("WebP"),
  TIFF("TIFF");

  private static final int LOOKED_AT = 64;

  private final String words;

  ImageFormat(String words) {
    this.words = words;
  }

  /** The format's own name for itself. */
  @Override
  public String toString() {
    return words;
  }

  /** What other files begin with. */
  private record Other(int at, String magic, String words) {}

  private static final List<Other> OTHERS =
      List.of(
          new Other(4, "ftypavif", "an AVIF image, which cannot be read"),
          new Other(4, "ftyphei", "a HEIC image, which cannot be read"),
          new Other(4, "ftypmif1", "a HEIF image, which cannot be read"),
          new Other(4, "ftyp", "a video, not an image"),
          new Other(0, "\u001aE\u00df\u00a3", "a video, not an image"),
          new Other(0, "\u0000\u0000\u0000\fjP", "a JPEG 2000 image, which cannot be read"),
          new Other(0, "II+\0", "a BigTIFF image, which cannot be read"),
          new Other(0, "MM\0+", "a BigTIFF image, which cannot be read"),
          new Other(0, "8BPS", "a Photoshop image, which cannot be read"),
          new Other(0, "%PDF", "a PDF, not an image"),
          new Other(0, "PK\u0003\u0004", "a ZIP archive, not an image"),
          new Other(0, "\u001f\u008b", "packed with gzip, not an image"));

  /**
   * What these bytes are.
   *
   * @throws MediaException saying what they are instead, as far as that can be told
   */
  static ImageFormat of(byte[] bytes) throws MediaException {
    if (bytes.length == 0) {
      throw new MediaException("is empty");
    }
    String head = latin(bytes, 0, LOOKED_AT);
    if (head.startsWith("\u00ff\u00d8")) {
      return JPEG;
    }
    if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
      return GIF;
    }
    if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
      return WEBP;
    }
    if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
      return TIFF;
    }
    if (isBitmap(bytes, head)) {
      return BMP;
    }
    throw new MediaException(other(bytes, head));
  }

  /** Two letters may begin a text too: the size of the header that follows must be one there is. */
  private static boolean isBitmap(byte[] bytes, String head) {
    if (!head.startsWith("BM") || bytes.length < 18) {
      return false;
    }
    int header = Bytes.littleInt(bytes, 14);
    return header == 12 || (header >= 16 && header <= 124);
  }

  private static String other(byte[] bytes, String head) {
    for (Other other : OTHERS) {
      if (head.startsWith(other.magic, other.at)) {
        return "is " + other.words;
      }
    }
    if (isText(bytes)) {
      return "is text, not an image";
    }
    byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, 8));
    return "is no image that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF); it begins with "
        + HexFormat.ofDelimiter(" ").formatHex(first);
  }

  private static boolean isText(byte[] bytes) {
    for (int i = 0; i < Math.min(bytes.length, 512); i++) {
      int b = bytes[i] & 0xff;
      if (b == 127 || b < 32 && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  private static String latin(byte[] bytes, int from, int most) {
    int length = Math.min(bytes.length - from, most);
    return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
  }
}
