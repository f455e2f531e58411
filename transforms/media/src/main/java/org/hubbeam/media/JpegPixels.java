// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageReader;

/**
 * The pixels of a JPEG. The JDK's decoder gives the components as they are stored; colours are made
 * of them here, with libjpeg's arithmetic.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/jfif3.pdf">JFIF 1.02</a>
 */
final class JpegPixels {

  /** The coefficients of JFIF's conversion from YCbCr to RGB. */
  private static final double CR_TO_RED = 1.40200;

  private static final double CB_TO_BLUE = 1.77200;
  private static final double CR_TO_GREEN = 0.71414;
  private static final double CB_TO_GREEN = 0.34414;
  private static final int CENTER = 128;
  private static final int FRACTION_BITS = 16;
  private static final int HALF = 1 << (FRACTION_BITS - 1);

  private static final int[] RED = new int[256];
  private static final int[] BLUE = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - CENTER;
      RED[i] = (fixed(CR_TO_RED) * x + HALF) >> FRACTION_BITS;
      BLUE[i] = (fixed(CB_TO_BLUE) * x + HALF) >> FRACTION_BITS;
      GREEN_OF_CR[i] = -fixed(CR_TO_GREEN) * x;
      GREEN_OF_CB[i] = -fixed(CB_TO_GREEN) * x + HALF;
    }
  }

  private JpegPixels() {}

  private static int fixed(double value) {
    return (int) (value * (1 << FRACTION_BITS) + 0.5);
  }

  static Pixels decode(JpegFile file, Channels channels, Truncated truncated)
      throws MediaException {
    if (truncated == Truncated.FAIL && file.cutAt() >= 0) {
      throw new MediaException("the JPEG is cut off at byte " + file.cutAt());
    }
    byte[] data = components(file, truncated);
    ImageSize size = new ImageSize((int) file.height(), (int) file.width());
    return switch (file.colours()) {
      case GREY -> new Pixels(size, 1, data);
      case RGB -> new Pixels(size, 3, data);
      case YCC -> channels == Channels.GREY ? first(size, data) : rgb(size, data);
      case CMYK -> ink(size, data, file.adobe());
      case YCCK -> {
        inks(data);
        yield ink(size, data, file.adobe());
      }
    };
  }

  private static byte[] components(JpegFile file, Truncated truncated) throws MediaException {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = null;
    try {
      reader = JdkReader.JPEG.of(file.clean());
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      Raster raster = reader.readRaster(0, null);
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      long expected = file.height() * file.width() * file.components();
      if (raster.getNumBands() != file.components() || data.length != expected) {
        throw new MediaException("the JPEG is damaged: its components are not those of its header");
      }
      if (truncated == Truncated.FAIL && warnings.toString().contains("premature end")) {
        throw new MediaException("the JPEG is damaged: " + warnings.get(0));
      }
      return data;
    } catch (IOException e) {
      throw new MediaException("the JPEG is damaged: " + e.getMessage(), e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  private static Pixels first(ImageSize size, byte[] data) {
    byte[] light = new byte[data.length / 3];
    for (int i = 0; i < light.length; i++) {
      light[i] = data[3 * i];
    }
    return new Pixels(size, 1, light);
  }

  private static Pixels rgb(ImageSize size, byte[] data) {
    for (int i = 0; i < data.length; i += 3) {
      int y = data[i] & 0xff;
      int cb = data[i + 1] & 0xff;
      int cr = data[i + 2] & 0xff;
      data[i] = limited(y + RED[cr]);
      data[i + 1] = limited(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> FRACTION_BITS));
      data[i + 2] = limited(y + BLUE[cb]);
    }
    return new Pixels(size, 3, data);
  }

  private static void inks(byte[] data) {
    for (int i = 0; i < data.length; i += 4) {
      int y = data[i] & 0xff;
      int cb = data[i + 1] & 0xff;
      int cr = data[i + 2] & 0xff;
      data[i] = limited(255 - (y + RED[cr]));
      data[i + 1] = limited(255 - (y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> FRACTION_BITS)));
      data[i + 2] = limited(255 - (y + BLUE[cb]));
    }
  }

  private static Pixels ink(ImageSize size, byte[] data, boolean inverted) {
    byte[] colours = new byte[data.length / 4 * 3];
    int to = 0;
    for (int i = 0; i < data.length; i += 4) {
      int key = data[i + 3] & 0xff;
      int light = inverted ? key : 255 - key;
      for (int c = 0; c < 3; c++) {
        int ink = data[i + c] & 0xff;
        colours[to++] = (byte) ((inverted ? ink : 255 - ink) * light / 255);
      }
    }
    return new Pixels(size, 3, colours);
  }

  private static byte limited(int value) {
    return (byte) (value < 0 ? 0 : Math.min(value, 255));
  }
}
