// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Images as Java draws on them and writes them. */
final class JavaImages {

  private JavaImages() {}

  /** The image as Java has it, copied. */
  static BufferedImage of(Image image) {
    int type =
        switch (image.channels()) {
          case GREY -> BufferedImage.TYPE_BYTE_GRAY;
          case RGB -> BufferedImage.TYPE_3BYTE_BGR;
          case RGBA -> BufferedImage.TYPE_4BYTE_ABGR;
        };
    BufferedImage copy = new BufferedImage(image.width(), image.height(), type);
    byte[] data = ((DataBufferByte) copy.getRaster().getDataBuffer()).getData();
    reversed(image.pixels(), data, image.channels().count());
    return copy;
  }

  /** What {@link #of} has made, with what was drawn on it. */
  static Image image(BufferedImage drawn, Channels channels) {
    byte[] data = ((DataBufferByte) drawn.getRaster().getDataBuffer()).getData();
    byte[] pixels = new byte[data.length];
    reversed(data, pixels, channels.count());
    return new Image(new ImageSize(drawn.getHeight(), drawn.getWidth()), channels, pixels);
  }

  private static void reversed(byte[] from, byte[] to, int count) {
    for (int i = 0; i < from.length; i += count) {
      for (int c = 0; c < count; c++) {
        to[i + c] = from[i + count - 1 - c];
      }
    }
  }
}
