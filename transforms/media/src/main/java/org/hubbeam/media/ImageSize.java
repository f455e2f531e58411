// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.Serializable;

/** The size of an image in pixels, height first, each at least 1. */
public record ImageSize(int height, int width) implements Serializable {

  public ImageSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image has at least one pixel each way, not " + height + " x " + width);
    }
  }

  /** A square. */
  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  /** Height times width. */
  public long pixels() {
    return (long) height * width;
  }

  /** {@code 224 x 320}, height first. */
  @Override
  public String toString() {
    return height + " x " + width;
  }
}
