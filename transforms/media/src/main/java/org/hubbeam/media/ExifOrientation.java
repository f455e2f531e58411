// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/**
 * The orientation of an image: the numbers 1 to 8 of EXIF and TIFF.
 *
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">CIPA
 *     DC-008: Exif</a>
 */
final class ExifOrientation {

  /** As it is stored. */
  static final int UPRIGHT = 1;

  private ExifOrientation() {}

  /**
   * The number in a block of EXIF, or in a TIFF file.
   *
   * @param from where the block begins
   * @return {@link #UPRIGHT} where there is none, or the block is damaged
   */
  static int read(byte[] bytes, int from, int to) {
    long value = new TiffTags(bytes, from, to).number(TiffTags.ORIENTATION, UPRIGHT);
    return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
  }

  /** The image as it is to be seen. */
  static Image upright(Image image, int number) {
    if (number == UPRIGHT) {
      return image;
    }
    int rows = image.height();
    int columns = image.width();
    boolean across = number >= 5;
    ImageSize size = across ? new ImageSize(columns, rows) : image.size();
    int channels = image.channels().count();
    byte[] from = image.pixels();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int column = across ? y : x;
        int row = across ? x : y;
        if (number == 2 || number == 3 || number == 7 || number == 8) {
          column = columns - 1 - column;
        }
        if (number == 3 || number == 4 || number == 6 || number == 7) {
          row = rows - 1 - row;
        }
        int source = (row * columns + column) * channels;
        for (int c = 0; c < channels; c++) {
          to[at++] = from[source + c];
        }
      }
    }
    return new Image(size, image.channels(), to);
  }
}
