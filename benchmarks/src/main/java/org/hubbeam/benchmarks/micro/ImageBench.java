// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks.micro;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.media.DecodeLimits;
import org.hubbeam.media.Image;
import org.hubbeam.media.ImageColumn;
import org.hubbeam.media.ImageDecoder;
import org.hubbeam.media.ImageSize;
import org.hubbeam.media.ImageSpec;
import org.hubbeam.media.MediaException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** A JPEG of 640 x 480 into pixels of 224 x 224. */
public class ImageBench extends Micro {

  private static final ImageSize SIZE = ImageSize.square(224);
  private static final ImageSpec FLOATS = ImageSpec.DEFAULT.withSize(SIZE);
  private static final ImageSpec BYTES = FLOATS.withDtype(DType.UINT8);

  private byte[] jpeg;
  private Image image;

  /** Makes a picture of smooth colours with some grain. */
  @Setup
  public void prepare() throws IOException, MediaException {
    BufferedImage picture = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int red = wave(x, 40, random);
        int green = wave(y, 30, random);
        int blue = wave(x + y, 55, random);
        picture.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpeg", bytes);
    jpeg = bytes.toByteArray();
    image = ImageDecoder.decode(jpeg, DecodeLimits.DEFAULT);
  }

  private static int wave(int at, int length, Random random) {
    return (int) (120 + 100 * Math.sin((double) at / length)) + random.nextInt(16);
  }

  /** Decoded. */
  @Benchmark
  public Image decode() throws MediaException {
    return ImageDecoder.decode(jpeg, DecodeLimits.DEFAULT);
  }

  /** Decoded by the JDK alone. */
  @Benchmark
  public BufferedImage decodeJdk() throws IOException {
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }

  /** Resized to floats from 0 to 1. */
  @Benchmark
  public Array.Dense resize() {
    return column(FLOATS, image);
  }

  /** Decoded and resized to floats. */
  @Benchmark
  public Array.Dense decodeAndResize() throws MediaException {
    return column(FLOATS, ImageDecoder.decode(jpeg, FLOATS));
  }

  /** Decoded and resized to bytes. */
  @Benchmark
  public Array.Dense decodeAndResizeToBytes() throws MediaException {
    return column(BYTES, ImageDecoder.decode(jpeg, BYTES));
  }

  private static Array.Dense column(ImageSpec spec, Image image) {
    ImageColumn column = new ImageColumn(spec, SIZE);
    column.add(image);
    return column.build();
  }
}
