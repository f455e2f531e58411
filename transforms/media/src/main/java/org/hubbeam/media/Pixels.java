// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Pixels as a file has them, before they become what is wanted.
 *
 * @param bands 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
 * @param data row by row, the bands of a pixel side by side
 */
record Pixels(ImageSize size, int bands, byte[] data) {

  /**
   * The samples of an image as they are, whatever its colour profile; palettes are looked up, of 16
   * bits the upper 8 are kept.
   */
  static Pixels of(BufferedImage image) {
    ImageSize size = new ImageSize(image.getHeight(), image.getWidth());
    int type = image.getRaster().getTransferType();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return type == DataBuffer.TYPE_BYTE ? palette(image, size, palette) : colours(image, size);
    }
    int bands = image.getRaster().getNumBands();
    boolean plain =
        image.getColorModel() instanceof ComponentColorModel model
            && !model.isAlphaPremultiplied()
            && (bands == model.getNumColorComponents() + (model.hasAlpha() ? 1 : 0))
            && model.getNumColorComponents() == (bands > 2 ? 3 : 1)
            && bands <= 4;
    if (plain && type == DataBuffer.TYPE_BYTE) {
      return samples(image.getRaster(), size, bands);
    }
    if (plain && type == DataBuffer.TYPE_USHORT) {
      return upperBytes(image.getRaster(), size, bands);
    }
    return colours(image, size);
  }

  private static Pixels samples(Raster raster, ImageSize size, int bands) {
    int stride = size.width() * bands;
    byte[] data = new byte[size.height() * stride];
    byte[] row = new byte[stride];
    for (int y = 0; y < size.height(); y++) {
      raster.getDataElements(0, y, size.width(), 1, row);
      System.arraycopy(row, 0, data, y * stride, stride);
    }
    return new Pixels(size, bands, data);
  }

  private static Pixels upperBytes(Raster raster, ImageSize size, int bands) {
    int stride = size.width() * bands;
    byte[] data = new byte[size.height() * stride];
    short[] row = new short[stride];
    for (int y = 0; y < size.height(); y++) {
      raster.getDataElements(0, y, size.width(), 1, row);
      for (int i = 0; i < stride; i++) {
        data[y * stride + i] = (byte) (row[i] >>> 8);
      }
    }
    return new Pixels(size, bands, data);
  }

  private static Pixels palette(BufferedImage image, ImageSize size, IndexColorModel palette) {
    int bands = palette.hasAlpha() ? 4 : 3;
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    byte[] data = new byte[size.height() * size.width() * bands];
    byte[] row = new byte[size.width()];
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      image.getRaster().getDataElements(0, y, size.width(), 1, row);
      for (byte index : row) {
        put(data, at, bands, colours[Math.min(index & 0xff, colours.length - 1)]);
        at += bands;
      }
    }
    return new Pixels(size, bands, data);
  }

  private static Pixels colours(BufferedImage image, ImageSize size) {
    int bands = image.getColorModel().hasAlpha() ? 4 : 3;
    byte[] data = new byte[size.height() * size.width() * bands];
    int[] row = new int[size.width()];
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      image.getRGB(0, y, size.width(), 1, row, 0, size.width());
      for (int argb : row) {
        put(data, at, bands, argb);
        at += bands;
      }
    }
    return new Pixels(size, bands, data);
  }

  private static void put(byte[] data, int at, int bands, int argb) {
    data[at] = (byte) (argb >> 16);
    data[at + 1] = (byte) (argb >> 8);
    data[at + 2] = (byte) argb;
    if (bands == 4) {
      data[at + 3] = (byte) (argb >>> 24);
    }
  }

  /** These pixels with the channels that are wanted. Lightness is that of ITU-R BT.601. */
  Image image(Channels channels, Alpha alpha) {
    int count = channels.count();
    boolean hasAlpha = bands == 2 || bands == 4;
    boolean blends = hasAlpha && channels != Channels.RGBA && alpha != Alpha.DROP;
    if (bands == count && !blends) {
      return new Image(size, channels, data);
    }
    int ground = alpha == Alpha.ON_WHITE ? 255 : 0;
    byte[] out = new byte[Math.toIntExact(size.pixels() * count)];
    int to = 0;
    for (int from = 0; from < data.length; from += bands) {
      int red = data[from] & 0xff;
      int green = bands > 2 ? data[from + 1] & 0xff : red;
      int blue = bands > 2 ? data[from + 2] & 0xff : red;
      int opaque = hasAlpha ? data[from + bands - 1] & 0xff : 255;
      if (blends) {
        red = blend(red, opaque, ground);
        green = blend(green, opaque, ground);
        blue = blend(blue, opaque, ground);
      }
      if (count == 1) {
        out[to] = (byte) (bands > 2 ? lightness(red, green, blue) : red);
      } else {
        out[to] = (byte) red;
        out[to + 1] = (byte) green;
        out[to + 2] = (byte) blue;
        if (count == 4) {
          out[to + 3] = (byte) opaque;
        }
      }
      to += count;
    }
    return new Image(size, channels, out);
  }

  private static int blend(int value, int opaque, int ground) {
    return (value * opaque + ground * (255 - opaque) + 127) / 255;
  }

  private static int lightness(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
}
