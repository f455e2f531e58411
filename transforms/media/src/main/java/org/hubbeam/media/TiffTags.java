// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/**
 * Single numbers in the first directory of a TIFF file, or of a block of EXIF, which is one.
 *
 * @see <a href="https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf">TIFF 6.0</a>
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">CIPA
 *     DC-008: Exif</a>
 */
final class TiffTags {

  static final int ORIENTATION = 274;
  static final int SAMPLES_PER_PIXEL = 277;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;

  private static final int SHORT = 3;

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final boolean little;

  /** Of the block from here to there. */
  TiffTags(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.little = from < to && bytes[from] == 'I';
  }

  /**
   * The number of 16 or 32 bits under a tag; another one where there is none, or the block is
   * damaged.
   */
  long number(int tag, long otherwise) {
    if (to - from < 8) {
      return otherwise;
    }
    long first = number32(from + 4);
    if (first < 8 || first + 2 > to - from) {
      return otherwise;
    }
    int at = from + (int) first;
    int entries = number16(at);
    for (int entry = at + 2; entries > 0 && entry + 12 <= to; entry += 12) {
      if (number16(entry) == tag) {
        int type = number16(entry + 2);
        return type == SHORT ? number16(entry + 8) : number32(entry + 8);
      }
      entries--;
    }
    return otherwise;
  }

  private int number16(int at) {
    return little ? Bytes.littleShort(bytes, at) : Bytes.bigShort(bytes, at);
  }

  private long number32(int at) {
    return (little ? Bytes.littleInt(bytes, at) : Bytes.bigInt(bytes, at)) & 0xffffffffL;
  }
}
