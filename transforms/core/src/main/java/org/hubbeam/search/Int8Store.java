// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The arrays of a graph of codes. A value is its code times the scale of its row. Links of layer 0
 * lie one after the other, in as few bytes as the number of rows needs.
 */
final class Int8Store implements HnswLinks {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  final int size;
  final int dimension;
  final HnswOptions options;
  final byte[] codes;
  final float[] scales;

  /** Where the links of each row on layer 0 begin, and the end of the last, in links. */
  final int[] starts;

  /** The bytes of one link: 1 to 4. */
  final int width;

  final int baseBytes;

  /** One byte more than there are, so that the last link can be read as four bytes. */
  final byte[] base;

  /** The rows above layer 0 in order, with the highest layer of each and where its links begin. */
  final int[] upperRows;

  final byte[] upperTops;
  final int[] upperAt;

  /** For each row above layer 0 and each of its layers, a count and room for {@code m} links. */
  final int[] upper;

  final int entry;
  final int top;

  Int8Store(Int8Header header, int[] starts, byte[] upperTops) {
    size = header.size();
    dimension = header.dimension();
    options = header.options();
    entry = header.entry();
    top = header.top();
    this.starts = starts;
    this.upperTops = upperTops;
    codes = new byte[size * dimension];
    scales = new float[size];
    width = width(size);
    baseBytes = Math.multiplyExact(starts[size], width);
    base = new byte[baseBytes + 1];
    upperRows = new int[upperTops.length];
    upperAt = new int[upperTops.length];
    int at = 0;
    for (int i = 0; i < upperAt.length; i++) {
      upperAt[i] = at;
      at = Math.addExact(at, upperTops[i] * (options.m() + 1));
    }
    upper = new int[at];
  }

  /** The bytes that a number below {@code size} needs. */
  static int width(int size) {
    return size <= 1 << 16 ? 2 : size <= 1 << 24 ? 3 : 4;
  }

  static Int8Store of(HnswStore floats) {
    int[] starts = new int[floats.size + 1];
    int uppers = 0;
    for (int row = 0; row < floats.size; row++) {
      starts[row + 1] = starts[row] + floats.base[floats.at(row, 0)];
      uppers += floats.tops[row] > 0 ? 1 : 0;
    }
    byte[] upperTops = new byte[uppers];
    int upper = 0;
    for (byte top : floats.tops) {
      if (top > 0) {
        upperTops[upper++] = top;
      }
    }
    Int8Header header =
        new Int8Header(
            floats.size,
            floats.dimension,
            floats.options,
            floats.top,
            floats.entry,
            uppers,
            starts[floats.size]);
    Int8Store store = new Int8Store(header, starts, upperTops);
    upper = 0;
    for (int row = 0; row < floats.size; row++) {
      store.encode(floats, row);
      int at = floats.at(row, 0);
      for (int i = 0; i < floats.base[at]; i++) {
        store.put(starts[row] + i, floats.base[at + 1 + i]);
      }
      if (floats.tops[row] > 0) {
        store.upperRows[upper++] = row;
      }
    }
    System.arraycopy(floats.upper, 0, store.upper, 0, store.upper.length);
    return store;
  }

  private void encode(HnswStore floats, int row) {
    int from = row * dimension;
    float most = 0;
    for (int i = from; i < from + dimension; i++) {
      most = Math.max(most, Math.abs(floats.vectors[i]));
    }
    scales[row] = most / 127;
    for (int i = from; i < from + dimension && most > 0; i++) {
      codes[i] = (byte) Math.round(floats.vectors[i] / (double) most * 127);
    }
  }

  private void put(int link, int row) {
    for (int i = 0; i < width; i++) {
      base[link * width + i] = (byte) (row >> 8 * i);
    }
  }

  int link(int link) {
    int at = link * width;
    int low = base[at] & 0xff | (base[at + 1] & 0xff) << 8;
    return switch (width) {
      case 2 -> low;
      case 3 -> low | (base[at + 2] & 0xff) << 16;
      default -> low | (base[at + 2] & 0xff) << 16 | base[at + 3] << 24;
    };
  }

  @Override
  public int copy(int row, int layer, int[] target) {
    if (layer > 0) {
      return copyUpper(row, layer, target);
    }
    int start = starts[row];
    int count = starts[row + 1] - start;
    if (width == 3) {
      for (int i = 0, at = 3 * start; i < count; i++, at += 3) {
        target[i] = (int) INTS.get(base, at) & 0xffffff;
      }
    } else {
      for (int i = 0; i < count; i++) {
        target[i] = link(start + i);
      }
    }
    return count;
  }

  private int copyUpper(int row, int layer, int[] target) {
    int at = upperAt[Arrays.binarySearch(upperRows, row)] + (layer - 1) * (options.m() + 1);
    System.arraycopy(upper, at + 1, target, 0, upper[at]);
    return upper[at];
  }

  /** The highest layer of a row. */
  int top(int row) {
    int at = Arrays.binarySearch(upperRows, row);
    return at < 0 ? 0 : upperTops[at];
  }

  long memory() {
    return codes.length
        + 4L * scales.length
        + 4L * starts.length
        + baseBytes
        + 9L * upperRows.length
        + 4L * upper.length;
  }

  @Override
  public int most() {
    return 2 * options.m();
  }

  @Override
  public int entry() {
    return entry;
  }

  @Override
  public int top() {
    return top;
  }
}
