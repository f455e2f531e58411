// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/** Encodes pixels as PNG. */
public final class ImageWriter {

  private ImageWriter() {}

  /** Encodes an image as a PNG file, without loss. */
  public static byte[] png(Image image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    javax.imageio.ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(JavaImages.of(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /**
   * One image of a column.
   *
   * @param images {@code [n, height, width, channels]} or, for one channel, {@code [n, height,
   *     width]}; of any type of numbers
   * @param range the values of black and white; values outside are clipped, and NaN is black
   * @throws IllegalArgumentException naming the shape when these are no images
   */
  public static Image image(Array.Dense images, int row, PixelRange range) {
    List<Long> dims = images.dims();
    if (dims.size() < 3
        || dims.size() > 4
        || !(images.values() instanceof Values.Numbers numbers)) {
      throw new IllegalArgumentException(
          "images are numbers [n, height, width, channels], not "
              + images.dtype()
              + " "
              + new Shape(dims));
    }
    ImageSize size = new ImageSize(Math.toIntExact(dims.get(1)), Math.toIntExact(dims.get(2)));
    Channels channels = dims.size() == 3 ? Channels.GREY : Channels.of(dims.get(3));
    byte[] pixels = new byte[images.rowSize()];
    int from = row * pixels.length;
    for (int i = 0; i < pixels.length; i++) {
      float value = range.to255((float) numbers.getDouble(from + i));
      pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return new Image(size, channels, pixels);
  }
}
