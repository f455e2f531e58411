package org.hubbeam.media;

/** Frames turned by quarters, clockwise. */
enum FrameTurn {
  NONE,
  QUARTER,
  HALF,
  THREE_QUARTERS;

  /** The turn nearest to so many degrees clockwise; none for NaN. */
  static FrameTurn of(double degrees) {
    return values()[Math.floorMod(Math.round(degrees / 90), 4)];
  }

  /** An image turned. */
  Image apply(Image image) {
    if (this == NONE) {
      return image;
    }
    int height = image.height();
    int width = image.width();
    int count = image.channels().count();
    ImageSize size = this == HALF ? image.size() : new ImageSize(width, height);
    byte[] from = image.pixels();
    byte[] turned = new byte[from.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at =
            switch (this) {
              case NONE -> y * width + x;
              case QUARTER -> x * height + height - 1 - y;
              case HALF -> (height - 1 - y) * width + width - 1 - x;
              case THREE_QUARTERS -> (width - 1 - x) * height + y;
            };
        System.arraycopy(from, (y * width + x) * count, turned, at * count, count);
      }
    }
    return new Image(size, image.channels(), turned);
  }
}
