// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A flat sequence of values of one dtype, on which an {@link Array} is a view.
 *
 * <p>Numbers are little-endian bytes, which files, engines and TensorFlow exchange as one block.
 * Not to be changed after construction; the arrays given and returned are not copied. Threads may
 * share it.
 */
public sealed interface Values extends Serializable permits Values.Numbers, Values.Strings {

  /** The dtype of the values. */
  DType dtype();

  /** The number of values. */
  int size();

  /** The bytes that the values take in memory, without the overhead of objects. */
  long byteSize();

  /** The values {@code from} (included) to {@code to} (excluded), copied. */
  Values slice(int from, int to);

  /**
   * One value as a Java object: Float, Double, Long, Boolean, {@link Complex} or {@code byte[]}.
   */
  Object get(int index);

  /** Fixed-width values, little-endian. */
  record Numbers(DType dtype, byte[] bytes) implements Values {

    private static final VarHandle FLOAT =
        MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE =
        MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
        MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    public Numbers {
      if (dtype == DType.STRING) {
        throw new IllegalArgumentException("strings are not numbers: use Values.Strings");
      }
      if (dtype.isOpaque()) {
        throw new IllegalArgumentException("no array holds " + dtype);
      }
      if (bytes.length % dtype.bytes() != 0) {
        throw new IllegalArgumentException(
            bytes.length + " bytes are no whole number of " + dtype + " values");
      }
    }

    @Override
    public int size() {
      return bytes.length / dtype.bytes();
    }

    @Override
    public long byteSize() {
      return bytes.length;
    }

    @Override
    public Numbers slice(int from, int to) {
      int width = dtype.bytes();
      return new Numbers(dtype, Arrays.copyOfRange(bytes, from * width, to * width));
    }

    @Override
    public Object get(int index) {
      if (dtype == DType.BOOL) {
        return bytes[index] != 0;
      }
      if (dtype == DType.FLOAT64) {
        return getDouble(index);
      }
      if (dtype.isComplex()) {
        return getComplex(index);
      }
      return dtype.isFloating() ? (Object) (float) getDouble(index) : (Object) getLong(index);
    }

    /** One float32 value. */
    public float getFloat(int index) {
      return (float) FLOAT.get(bytes, index * 4);
    }

    /**
     * One value of any real type as a double; true is 1.
     *
     * @throws IllegalArgumentException for a complex type
     */
    public double getDouble(int index) {
      return switch (dtype) {
        case FLOAT32 -> getFloat(index);
        case FLOAT64 -> (double) DOUBLE.get(bytes, index * 8);
        case FLOAT16 -> Halves.toFloat((short) SHORT.get(bytes, index * 2));
        case BFLOAT16 -> Float.intBitsToFloat((short) SHORT.get(bytes, index * 2) << 16);
        default -> getLong(index);
      };
    }

    /**
     * One value of a complex type.
     *
     * @throws IllegalArgumentException for another type
     */
    public Complex getComplex(int index) {
      return switch (dtype) {
        case COMPLEX64 -> new Complex(getFloat(2 * index), getFloat(2 * index + 1));
        case COMPLEX128 ->
            new Complex(
                (double) DOUBLE.get(bytes, index * 16), (double) DOUBLE.get(bytes, index * 16 + 8));
        default -> throw new IllegalArgumentException(dtype + " is no complex type");
      };
    }

    /**
     * One value of an integer type or bool; uint64 keeps its 64 bits and is negative above 2^63-1.
     *
     * @throws IllegalArgumentException for a floating point type
     */
    public long getLong(int index) {
      return switch (dtype) {
        case INT8 -> bytes[index];
        case UINT8, BOOL -> bytes[index] & 0xff;
        case INT16 -> (short) SHORT.get(bytes, index * 2);
        case UINT16 -> (short) SHORT.get(bytes, index * 2) & 0xffff;
        case INT32 -> (int) INT.get(bytes, index * 4);
        case UINT32 -> (int) INT.get(bytes, index * 4) & 0xffffffffL;
        case INT64, UINT64 -> (long) LONG.get(bytes, index * 8);
        default -> throw new IllegalArgumentException(dtype + " is no integer type");
      };
    }

    /** All float32 values, copied. */
    public float[] toFloats() {
      if (dtype != DType.FLOAT32) {
        throw new IllegalArgumentException("toFloats() on " + dtype);
      }
      float[] out = new float[size()];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
      return out;
    }

    /**
     * All values of a real type as the nearest float32, copied.
     *
     * @throws IllegalArgumentException for a complex type
     */
    public float[] roundedToFloats() {
      if (dtype == DType.FLOAT32) {
        return toFloats();
      }
      float[] out = new float[size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) getDouble(i);
      }
      return out;
    }

    /** All values of an integer type, copied. */
    public long[] toLongs() {
      long[] out = new long[size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = getLong(i);
      }
      return out;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Numbers n && n.dtype == dtype && Arrays.equals(n.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return 31 * dtype.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return size() + " " + dtype;
    }
  }

  /**
   * Byte strings, one behind the other: value {@code i} is {@code bytes[offsets[i]]} up to {@code
   * bytes[offsets[i + 1]]}.
   */
  record Strings(byte[] bytes, int[] offsets) implements Values {

    public Strings {
      if (offsets.length == 0 || offsets[0] < 0 || offsets[offsets.length - 1] > bytes.length) {
        throw new IllegalArgumentException(
            "string offsets must lie within the "
                + bytes.length
                + " bytes and have one more entry than there are strings");
      }
      for (int i = 1; i < offsets.length; i++) {
        if (offsets[i] < offsets[i - 1]) {
          throw new IllegalArgumentException("string offsets fall at " + i);
        }
      }
    }

    @Override
    public DType dtype() {
      return DType.STRING;
    }

    @Override
    public int size() {
      return offsets.length - 1;
    }

    @Override
    public long byteSize() {
      return offsets[size()] - offsets[0] + 4L * offsets.length;
    }

    @Override
    public Strings slice(int from, int to) {
      int start = offsets[from];
      int[] cut = new int[to - from + 1];
      for (int i = 0; i < cut.length; i++) {
        cut[i] = offsets[from + i] - start;
      }
      return new Strings(Arrays.copyOfRange(bytes, start, offsets[to]), cut);
    }

    @Override
    public byte[] get(int index) {
      return Arrays.copyOfRange(bytes, offsets[index], offsets[index + 1]);
    }

    /** One value's length in bytes. */
    public int length(int index) {
      return offsets[index + 1] - offsets[index];
    }

    /** One value as text; bytes that are not UTF-8 become U+FFFD. */
    public String text(int index) {
      return new String(bytes, offsets[index], length(index), StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Strings s) || s.size() != size()) {
        return false;
      }
      for (int i = 0; i < size(); i++) {
        if (!Arrays.equals(
            bytes, offsets[i], offsets[i + 1], s.bytes, s.offsets[i], s.offsets[i + 1])) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      int hash = size();
      for (int i = 0; i < size(); i++) {
        hash = 31 * hash + length(i);
      }
      for (int i = offsets[0]; i < offsets[size()]; i++) {
        hash = 31 * hash + bytes[i];
      }
      return hash;
    }

    @Override
    public String toString() {
      return size() + " strings";
    }
  }

  /** float32 values. */
  static Numbers of(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return new Numbers(DType.FLOAT32, buffer.array());
  }

  /** int64 values. */
  static Numbers of(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asLongBuffer().put(values);
    return new Numbers(DType.INT64, buffer.array());
  }

  /** int32 values. */
  static Numbers of(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return new Numbers(DType.INT32, buffer.array());
  }

  /**
   * Texts as UTF-8.
   *
   * @throws IllegalArgumentException when one has half of a surrogate pair, which has no UTF-8
   */
  static Strings of(String... texts) {
    byte[][] encoded = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      encoded[i] = Utf8.encode(texts[i]);
    }
    return ofBytes(Arrays.asList(encoded));
  }

  /** Byte strings. */
  static Strings ofBytes(List<byte[]> values) {
    int[] offsets = new int[values.size() + 1];
    for (int i = 0; i < values.size(); i++) {
      offsets[i + 1] = Math.addExact(offsets[i], values.get(i).length);
    }
    byte[] bytes = new byte[offsets[values.size()]];
    for (int i = 0; i < values.size(); i++) {
      System.arraycopy(values.get(i), 0, bytes, offsets[i], values.get(i).length);
    }
    return new Strings(bytes, offsets);
  }
}
