// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Halves;
import org.hubbeam.batch.Values;

/** Numbers out of columns and into results. */
final class NumberArrays {

  private NumberArrays() {}

  /** Every value as a double. */
  static double[] doubles(Values.Numbers numbers) {
    double[] out = new double[numbers.size()];
    switch (numbers.dtype()) {
      case FLOAT32 -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = numbers.getFloat(i);
        }
      }
      case FLOAT64 ->
          ByteBuffer.wrap(numbers.bytes()).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(out);
      case UINT64 -> {
        for (int i = 0; i < out.length; i++) {
          long bits = numbers.getLong(i);
          out[i] = bits >= 0 ? bits : 2.0 * ((bits >>> 1) | (bits & 1));
        }
      }
      default -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = numbers.getDouble(i);
        }
      }
    }
    return out;
  }

  /** Every value of an integer type. */
  static long[] longs(Values.Numbers numbers) {
    if (numbers.dtype() != DType.INT64) {
      return numbers.toLongs();
    }
    long[] out = new long[numbers.size()];
    ByteBuffer.wrap(numbers.bytes()).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(out);
    return out;
  }

  /** The sum, added up in four lanes. */
  static double sum(double[] x) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < x.length; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < x.length; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  /** Values of a floating point type, rounded to nearest. */
  static Values.Numbers pack(DType dtype, double[] values) {
    byte[] block = new byte[Math.multiplyExact(values.length, dtype.bytes())];
    ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (dtype) {
        case FLOAT32 -> bytes.putFloat((float) value);
        case FLOAT64 -> bytes.putDouble(value);
        case FLOAT16 -> bytes.putShort(Halves.fromFloat((float) value));
        case BFLOAT16 -> bytes.putShort(Halves.bfloatFromFloat((float) value));
        default -> throw new IllegalArgumentException(dtype + " is not a floating point type");
      }
    }
    return new Values.Numbers(dtype, block);
  }

  /** Values of an integer type that they fit in. */
  static Values.Numbers pack(DType dtype, long[] values) {
    byte[] block = new byte[Math.multiplyExact(values.length, dtype.bytes())];
    ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (dtype.bytes()) {
        case 8 -> bytes.putLong(value);
        case 4 -> bytes.putInt((int) value);
        case 2 -> bytes.putShort((short) value);
        default -> bytes.put((byte) value);
      }
    }
    return new Values.Numbers(dtype, block);
  }

  /** Whether the values of this type are never negative. */
  static boolean isUnsigned(DType dtype) {
    return switch (dtype) {
      case UINT8, UINT16, UINT32, UINT64 -> true;
      default -> false;
    };
  }

  /** The largest value of an integer type of up to 64 bits, as 64 bits. */
  static long largest(DType dtype) {
    int bits = 8 * dtype.bytes();
    return isUnsigned(dtype) ? -1L >>> (64 - bits) : (1L << (bits - 1)) - 1;
  }

  /**
   * The type for means of this one: itself if floating, else float32.
   *
   * @throws IllegalArgumentException when it is no number
   */
  static DType meanType(DType dtype, String role) {
    if (dtype == DType.BFLOAT16 || !(dtype.isFloating() || dtype.isInteger())) {
      throw new IllegalArgumentException(
          role + " is for float16, float32, float64 and integers, not for " + dtype);
    }
    return dtype.isFloating() ? dtype : DType.FLOAT32;
  }
}
