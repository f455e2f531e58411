// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.util.Arrays;
import java.util.Set;

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

  /** The bytes of a value of each type; 8 of those that are not known. */
  private static final int[] SIZES = {8, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 8};

  /** Tags of directories: SubIFDs, Exif, GPS, Interoperability. */
  private static final Set<Integer> DIRECTORIES = Set.of(330, 34665, 34853, 40965);

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

  /**
   * A copy of a file that has its first directory alone: none follows it, and the tags of others
   * within it are private ones.
   *
   * @throws MediaException when the values of its tags are more bytes than the file has
   */
  static byte[] firstDirectory(byte[] file) throws MediaException {
    TiffTags tags = new TiffTags(file, 0, file.length);
    long first = file.length < 8 ? 0 : tags.number32(4);
    if (first < 8 || first + 2 > file.length) {
      return file;
    }
    byte[] copy = file.clone();
    int entry = (int) first + 2;
    long values = 0;
    for (int left = tags.number16((int) first); left > 0 && entry + 12 <= file.length; left--) {
      values += tags.number32(entry + 4) * SIZES[Math.min(tags.number16(entry + 2), 13)];
      if (DIRECTORIES.contains(tags.number16(entry))) {
        copy[entry] = (byte) 0xff;
        copy[entry + 1] = (byte) 0xff;
      }
      entry += 12;
    }
    if (values > file.length) {
      throw new MediaException(
          "the TIFF is damaged or cut off: its tags have "
              + values
              + " bytes, the file "
              + file.length);
    }
    Arrays.fill(copy, entry, Math.min(entry + 4, file.length), (byte) 0);
    return copy;
  }

  private int number16(int at) {
    return little ? Bytes.littleShort(bytes, at) : Bytes.bigShort(bytes, at);
  }

  private long number32(int at) {
    return (little ? Bytes.littleInt(bytes, at) : Bytes.bigInt(bytes, at)) & 0xffffffffL;
  }
}
