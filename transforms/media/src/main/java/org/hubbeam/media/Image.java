// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.util.Arrays;

/**
 * Decoded pixels with values from 0 to 255. Not to be changed after construction; the array is not
 * copied.
 *
 * @param pixels row by row, the channels of a pixel side by side
 */
public record Image(ImageSize size, Channels channels, byte[] pixels) {

  public Image {
    if (pixels.length != size.pixels() * channels.count()) {
      throw new IllegalArgumentException(
          pixels.length + " values are no " + size + " pixels of " + channels);
    }
  }

  /** The height in pixels. */
  public int height() {
    return size.height();
  }

  /** The width in pixels. */
  public int width() {
    return size.width();
  }

  /** The value of one channel of a pixel, 0 to 255. */
  public int value(int y, int x, int channel) {
    return pixels[(y * size.width() + x) * channels.count() + channel] & 0xff;
  }

  /** {@code 224 x 320 RGB}. */
  @Override
  public String toString() {
    return size + " " + channels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Image i
        && i.size.equals(size)
        && i.channels == channels
        && Arrays.equals(i.pixels, pixels);
  }

  @Override
  public int hashCode() {
    return 31 * size.hashCode() + Arrays.hashCode(pixels);
  }
}
