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
  TIFF("TIFF"),
  HEIC("HEIC"),
  AVIF("AVIF"),
  JPEG_2000("JPEG 2000"),
  JPEG_XL("JPEG XL");

  private static final int LOOKED_AT = 64;
  private static final int LARGEST_BRANDS = 256;

  private final String words;

  ImageFormat(String words) {
    this.words = words;
  }

  /** The format's own name for itself. */
  @Override
  public String toString() {
    return words;
  }

  /** Whether FFmpeg decodes it. */
  boolean isOfFfmpeg() {
    return this == HEIC || this == AVIF || this == JPEG_2000 || this == JPEG_XL;
  }

  /** What other files begin with. */
  private record Other(int at, String magic, String words) {}

  private static final List<Other> OTHERS =
      List.of(
          new Other(4, "ftypmif1", "a HEIF image that is neither HEIC nor AVIF"),
          new Other(4, "ftyp", "a video, not an image"),
          new Other(0, "\u001aE\u00df\u00a3", "a video, not an image"),
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
    if (head.startsWith("ftyp", 4)) {
      return container(bytes);
    }
    if (head.startsWith("\0\0\0\fjP  ") || head.startsWith("\u00ffO\u00ffQ")) {
      return JPEG_2000;
    }
    if (head.startsWith("\0\0\0\fJXL ") || head.startsWith("\u00ff\n")) {
      return JPEG_XL;
    }
    throw new MediaException(other(bytes, head));
  }

  /** By the brand of the file, or those that it is compatible with. */
  private static ImageFormat container(byte[] bytes) throws MediaException {
    int box = Math.max(16, Math.min(bytes.length, Bytes.bigInt(bytes, 0)));
    String brands = latin(bytes, 8, Math.min(box, LARGEST_BRANDS) - 8);
    for (int at = 0; at + 4 <= brands.length(); at += 4) {
      String brand = brands.substring(at, at + 4);
      // The four bytes behind the first brand are a version.
      if (at != 4 && (brand.equals("avif") || brand.equals("avis"))) {
        return AVIF;
      }
      if (at != 4 && (brand.startsWith("hei") || brand.startsWith("hev"))) {
        return HEIC;
      }
    }
    throw new MediaException(other(bytes, latin(bytes, 0, LOOKED_AT)));
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
    return "is no image that can be read (JPEG, PNG, GIF, BMP, WebP, TIFF, HEIC, AVIF, JPEG"
        + " 2000); it begins with "
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
