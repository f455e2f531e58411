// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.hubbeam.batch.Internal;

/**
 * Reads and writes versions, numbers and arrays of an encoded summary. Reading allocates memory as
 * the bytes arrive, so that a wrong length in damaged bytes cannot exhaust it.
 */
@Internal
public final class Encoding {

  private static final int STEP = 1 << 16;

  private Encoding() {}

  static void writeVersion(DataOutput out, int version) throws IOException {
    out.writeByte(version);
  }

  static void readVersion(DataInput in, int expected, String what) throws IOException {
    int version = in.readUnsignedByte();
    if (version != expected) {
      throw new IOException(
          "a summary for " + what + " of version " + version + "; this program reads " + expected);
    }
  }

  static int readSize(DataInput in) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw new IOException("a damaged summary: a size of " + size);
    }
    return size;
  }

  /** Writes the first numbers of an array, big-endian. */
  public static void writeDoubles(DataOutput out, double[] values, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      out.writeDouble(values[i]);
    }
  }

  /**
   * Reads this many numbers, as {@link #writeDoubles} writes them.
   *
   * @throws IOException when there are fewer
   */
  public static double[] readDoubles(DataInput in, int count) throws IOException {
    double[] values = new double[Math.min(count, STEP)];
    for (int i = 0; i < count; i++) {
      if (i == values.length) {
        values = Arrays.copyOf(values, larger(i, count));
      }
      values[i] = in.readDouble();
    }
    return values;
  }

  static void writeLongs(DataOutput out, long[] values, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      out.writeLong(values[i]);
    }
  }

  static long[] readLongs(DataInput in, int count) throws IOException {
    long[] values = new long[Math.min(count, STEP)];
    for (int i = 0; i < count; i++) {
      if (i == values.length) {
        values = Arrays.copyOf(values, larger(i, count));
      }
      values[i] = in.readLong();
    }
    return values;
  }

  static byte[] readBytes(DataInput in, int count) throws IOException {
    byte[] values = new byte[Math.min(count, STEP)];
    int at = 0;
    while (at < count) {
      if (at == values.length) {
        values = Arrays.copyOf(values, larger(at, count));
      }
      in.readFully(values, at, values.length - at);
      at = values.length;
    }
    return values;
  }

  /** Writes an int that is not negative, seven bits a byte, the lowest first. */
  static void writeVarint(DataOutput out, int value) throws IOException {
    writeVarlong(out, value);
  }

  static int readVarint(DataInput in) throws IOException {
    long value = readVarlong(in);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new IOException("a damaged summary: a number of " + value);
    }
    return (int) value;
  }

  /** Writes a long as 64 bits, seven a byte, the lowest first. */
  static void writeVarlong(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readVarlong(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a damaged summary: a number of more than ten bytes");
  }

  /** Writes a double: a whole one below 2^52, not negative, in few bytes. */
  static void writeNumber(DataOutput out, double value) throws IOException {
    long whole = (long) value;
    if (whole == value && whole >= 0 && whole < 1L << 52) {
      writeVarlong(out, whole + 1);
    } else {
      writeVarlong(out, 0);
      out.writeDouble(value);
    }
  }

  static double readNumber(DataInput in) throws IOException {
    long whole = readVarlong(in);
    return whole == 0 ? in.readDouble() : whole - 1;
  }

  private static int larger(int size, int count) {
    return (int) Math.min(2L * size, count);
  }

  /** The length of an array that grows to at least this size. */
  static int grown(int length, int size) {
    return (int) Math.max(size, Math.min(length + (length >> 1) + 4L, Integer.MAX_VALUE - 16L));
  }
}
