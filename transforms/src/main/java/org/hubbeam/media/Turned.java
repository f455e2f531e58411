package org.hubbeam.media;

/** How an image is to be seen, by the eight numbers of EXIF and TIFF. */
final class Turned {

  /** As it is stored. */
  static final int UPRIGHT = 1;

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;

  private Turned() {}

  /**
   * The number in a block of EXIF, or in a TIFF file.
   *
   * @param from where the block begins
   * @return {@link #UPRIGHT} where there is none, or the block is damaged
   */
  static int read(byte[] bytes, int from, int to) {
    if (to - from < 8) {
      return UPRIGHT;
    }
    boolean little = bytes[from] == 'I';
    long first = unsigned(bytes, from + 4, little);
    if (first < 8 || first + 2 > to - from) {
      return UPRIGHT;
    }
    int at = from + (int) first;
    int entries = little ? Bytes.littleShort(bytes, at) : Bytes.bigShort(bytes, at);
    for (int i = 0; i < entries; i++) {
      int entry = at + 2 + 12 * i;
      if (entry + 12 > to) {
        return UPRIGHT;
      }
      if (number(bytes, entry, little) == TAG && number(bytes, entry + 2, little) == SHORT) {
        int value = number(bytes, entry + 8, little);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  private static int number(byte[] bytes, int at, boolean little) {
    return little ? Bytes.littleShort(bytes, at) : Bytes.bigShort(bytes, at);
  }

  private static long unsigned(byte[] bytes, int at, boolean little) {
    return (little ? Bytes.littleInt(bytes, at) : Bytes.bigInt(bytes, at)) & 0xffffffffL;
  }

  /** The image as it is to be seen. */
  static Image upright(Image image, int number) {
    if (number == UPRIGHT) {
      return image;
    }
    int height = image.height();
    int width = image.width();
    boolean across = number >= 5;
    ImageSize size = across ? new ImageSize(width, height) : image.size();
    int channels = image.channels().count();
    byte[] from = image.pixels();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        int column = across ? y : x;
        int row = across ? x : y;
        if (number == 2 || number == 3 || number == 7 || number == 8) {
          column = width - 1 - column;
        }
        if (number == 3 || number == 4 || number == 6 || number == 7) {
          row = height - 1 - row;
        }
        int source = (row * width + column) * channels;
        for (int c = 0; c < channels; c++) {
          to[at++] = from[source + c];
        }
      }
    }
    return new Image(size, image.channels(), to);
  }
}
