// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.hubbeam.batch.Conversion.ConversionException;

/** Values that grow at their end: bytes in one array, offsets in another, no object per value. */
final class ValuesBuilder {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final DType dtype;
  private byte[] bytes = new byte[64];
  private int length;
  private int[] ends;
  private int size;

  ValuesBuilder(DType dtype) {
    this.dtype = dtype;
    this.ends = dtype == DType.STRING ? new int[16] : new int[0];
  }

  DType dtype() {
    return dtype;
  }

  int size() {
    return size;
  }

  long byteSize() {
    return dtype == DType.STRING ? length + 4L * (size + 1) : length;
  }

  void addString(byte[] block, int from, int to) {
    if (dtype != DType.STRING) {
      throw new IllegalStateException("a string for values of " + dtype);
    }
    room(to - from);
    System.arraycopy(block, from, bytes, length, to - from);
    length += to - from;
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, grown(size, 1));
    }
    ends[size++] = length;
  }

  void addFloat(float value) {
    check(DType.FLOAT32);
    room(4);
    FLOAT.set(bytes, length, value);
    length += 4;
    size++;
  }

  void addLong(long value) {
    check(DType.INT64);
    room(8);
    LONG.set(bytes, length, value);
    length += 8;
    size++;
  }

  void addFloats(float[] values) {
    check(DType.FLOAT32);
    room(Math.multiplyExact(values.length, 4));
    for (float value : values) {
      FLOAT.set(bytes, length, value);
      length += 4;
    }
    size += values.length;
  }

  /** One number; its bits are the lowest ones. */
  void addBits(long bits) {
    int width = dtype.bytes();
    if (width == 0) {
      throw new IllegalStateException("a number for values of " + dtype);
    }
    room(width);
    for (int i = 0; i < width; i++) {
      bytes[length++] = (byte) (bits >>> 8 * i);
    }
    size++;
  }

  /** Numbers as they lie in memory: little-endian, a whole number of them. */
  void addBlock(byte[] block, int from, int to) {
    int width = dtype.bytes();
    if (width == 0 || (to - from) % width != 0) {
      throw new IllegalStateException((to - from) + " bytes are no " + dtype + " values");
    }
    room(to - from);
    System.arraycopy(block, from, bytes, length, to - from);
    length += to - from;
    size += (to - from) / width;
  }

  /**
   * Adds the values from this one on to a column of any type; only for values of strings, float32
   * or int64.
   *
   * @throws ConversionException when the column's type does not take one of them
   */
  void convertTo(ColumnBuilder column, int from) throws ConversionException {
    for (int i = from; i < size; i++) {
      switch (dtype) {
        case STRING -> Conversion.addText(column, bytes, end(i), end(i + 1));
        case FLOAT32 -> Conversion.addFloat(column, (float) FLOAT.get(bytes, 4 * i));
        default -> Conversion.addInteger(column, (long) LONG.get(bytes, 8 * i));
      }
    }
  }

  /** Forgets all values from this one on. */
  void truncate(int newSize) {
    size = newSize;
    length = end(newSize);
  }

  /** The first values, copied; they are forgotten here, and what follows them moves up. */
  Values take(int count) {
    int cut = end(count);
    Values taken;
    if (dtype == DType.STRING) {
      int[] offsets = new int[count + 1];
      System.arraycopy(ends, 0, offsets, 1, count);
      taken = new Values.Strings(Arrays.copyOf(bytes, cut), offsets);
      for (int i = count; i < size; i++) {
        ends[i - count] = ends[i] - cut;
      }
    } else {
      taken = new Values.Numbers(dtype, Arrays.copyOf(bytes, cut));
    }
    System.arraycopy(bytes, cut, bytes, 0, length - cut);
    length -= cut;
    size -= count;
    return taken;
  }

  private int end(int count) {
    if (dtype == DType.STRING) {
      return count == 0 ? 0 : ends[count - 1];
    }
    return count * dtype.bytes();
  }

  private void check(DType given) {
    if (dtype != given) {
      throw new IllegalStateException("a value of " + given + " for values of " + dtype);
    }
  }

  private void room(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, grown(length, more));
    }
  }

  /** At least {@code length + more}, and half as much again as there was where that is possible. */
  private static int grown(int length, int more) {
    int needed = Math.addExact(length, more);
    return (int) Math.max(needed, Math.min(length + (length >> 1) + 16L, Integer.MAX_VALUE - 16L));
  }
}
