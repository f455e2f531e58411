// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

/** The channels of a pixel. */
public enum Channels {
  /** One value: lightness. */
  GREY(1),
  /** Red, green and blue. */
  RGB(3),
  /** Red, green, blue, and how opaque the pixel is: 255 where the image does not say. */
  RGBA(4);

  private final int count;

  Channels(int count) {
    this.count = count;
  }

  /** How many values a pixel has. */
  public int count() {
    return count;
  }

  /**
   * The channels of this count.
   *
   * @throws IllegalArgumentException when it is not 1, 3 or 4
   */
  public static Channels of(long count) {
    for (Channels channels : values()) {
      if (channels.count == count) {
        return channels;
      }
    }
    throw new IllegalArgumentException("an image has 1, 3 or 4 channels, not " + count);
  }
}
