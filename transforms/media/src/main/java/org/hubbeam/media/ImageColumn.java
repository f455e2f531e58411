// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Halves;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Gathers images of one size as a column {@code [n, height, width, channels]}; each is resized and
 * converted to the dtype and range of the spec. Not for several threads.
 *
 * <pre>{@code
 * ImageColumn column = new ImageColumn(spec, new ImageSize(224, 224));
 * column.add(ImageDecoder.decode(bytes, spec));
 * Array.Dense images = column.build();
 * }</pre>
 */
@Internal
public final class ImageColumn {

  private final ImageSpec spec;
  private final ImageSize cell;
  private final int cellBytes;
  private final float[] scaled;
  private byte[] bytes = new byte[0];
  private int rows;
  private @Nullable ImageResizer resizer;

  /**
   * For images of this size, which is the spec's where that has one.
   *
   * @throws IllegalArgumentException when the spec has another size
   */
  public ImageColumn(ImageSpec spec, ImageSize cell) {
    if (spec.sized() != null && !spec.sized().equals(cell)) {
      throw new IllegalArgumentException(spec + " have not the size " + cell);
    }
    this.spec = spec;
    this.cell = cell;
    this.cellBytes = Math.toIntExact(spec.byteSize(cell));
    this.scaled = new float[cell.width() * spec.channels().count()];
  }

  /** Takes memory for so many images more, as far as they can be held, at once. */
  public void expect(int more) {
    room((int) Math.min(byteSize() + (long) more * cellBytes, Integer.MAX_VALUE - 16));
  }

  /** The number of images. */
  public int rows() {
    return rows;
  }

  /** The size of the images in bytes. */
  public long byteSize() {
    return (long) rows * cellBytes;
  }

  /** Whether one more image can be held: a column has less than 2 GiB. */
  public boolean takes() {
    return byteSize() + cellBytes <= Integer.MAX_VALUE - 16;
  }

  /**
   * Adds one image, resized to the size of the column.
   *
   * @throws IllegalArgumentException when it has not the channels of the spec
   */
  public void add(Image image) {
    if (image.channels() != spec.channels()) {
      throw new IllegalArgumentException("an image of " + image + " among " + spec);
    }
    int at = rows * cellBytes;
    room(at + cellBytes);
    if (spec.dtype() == DType.UINT8 && image.size().equals(cell)) {
      System.arraycopy(image.pixels(), 0, bytes, at, cellBytes);
    } else {
      if (resizer == null || !resizer.isFor(image.size(), cell)) {
        resizer = ImageResizer.of(image.size(), cell, spec);
      }
      int rowBytes = cellBytes / cell.height();
      resizer.resize(image.pixels(), (y, values) -> write(values, at + y * rowBytes));
    }
    rows++;
  }

  /** Returns the images and clears this column. */
  public Array.Dense build() {
    List<Long> dims =
        List.of(
            (long) rows, (long) cell.height(), (long) cell.width(), (long) spec.channels().count());
    int used = rows * cellBytes;
    byte[] block = bytes.length == used ? bytes : Arrays.copyOf(bytes, used);
    bytes = new byte[0];
    rows = 0;
    return new Array.Dense(dims, new Values.Numbers(spec.dtype(), block));
  }

  private void room(int needed) {
    if (needed > bytes.length) {
      long grown = Math.max(needed, Math.min(2L * bytes.length, Integer.MAX_VALUE - 16));
      bytes = Arrays.copyOf(bytes, (int) grown);
    }
  }

  private void write(float[] values, int at) {
    ByteBuffer row = ByteBuffer.wrap(bytes, at, values.length * spec.dtype().bytes());
    row.order(ByteOrder.LITTLE_ENDIAN);
    if (spec.dtype().isFloating()) {
      spec.range().of(values, scaled);
    }
    switch (spec.dtype()) {
      case FLOAT32 -> row.asFloatBuffer().put(scaled);
      case FLOAT16 -> {
        for (float value : scaled) {
          row.putShort(Halves.fromFloat(value));
        }
      }
      case BFLOAT16 -> {
        for (float value : scaled) {
          row.putShort(Halves.bfloatFromFloat(value));
        }
      }
      case INT32 -> {
        for (float value : values) {
          row.putInt(rounded(value));
        }
      }
      default -> {
        for (float value : values) {
          row.put((byte) rounded(value));
        }
      }
    }
  }

  private static int rounded(float value) {
    return Math.max(0, Math.min(255, (int) Math.rint(value)));
  }
}
