// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;

/**
 * The dtype of the values of an {@link Array}, with TensorFlow's and NumPy's names; and, after
 * {@link #STRING}, dtypes that functions of modules declare, but whose values no array holds.
 */
public enum DType {
  FLOAT32(4, DataType.DT_FLOAT),
  FLOAT64(8, DataType.DT_DOUBLE),
  FLOAT16(2, DataType.DT_HALF),
  BFLOAT16(2, DataType.DT_BFLOAT16),
  INT8(1, DataType.DT_INT8),
  INT16(2, DataType.DT_INT16),
  INT32(4, DataType.DT_INT32),
  INT64(8, DataType.DT_INT64),
  UINT8(1, DataType.DT_UINT8),
  UINT16(2, DataType.DT_UINT16),
  UINT32(4, DataType.DT_UINT32),
  UINT64(8, DataType.DT_UINT64),
  BOOL(1, DataType.DT_BOOL),
  /** Two float32: the real and the imaginary part. */
  COMPLEX64(8, DataType.DT_COMPLEX64),
  /** Two float64: the real and the imaginary part. */
  COMPLEX128(16, DataType.DT_COMPLEX128),
  STRING(0, DataType.DT_STRING),
  QINT8(0, DataType.DT_QINT8),
  QUINT8(0, DataType.DT_QUINT8),
  QINT16(0, DataType.DT_QINT16),
  QUINT16(0, DataType.DT_QUINT16),
  QINT32(0, DataType.DT_QINT32),
  INT4(0, DataType.DT_INT4),
  UINT4(0, DataType.DT_UINT4),
  FLOAT8_E5M2(0, DataType.DT_FLOAT8_E5M2),
  FLOAT8_E4M3FN(0, DataType.DT_FLOAT8_E4M3FN),
  RESOURCE(0, DataType.DT_RESOURCE),
  VARIANT(0, DataType.DT_VARIANT);

  private static final DType[] BY_NUMBER = new DType[32];

  static {
    for (DType type : values()) {
      BY_NUMBER[type.proto.getNumber()] = type;
    }
  }

  private final int bytes;
  private final DataType proto;

  DType(int bytes, DataType proto) {
    this.bytes = bytes;
    this.proto = proto;
  }

  /**
   * Bytes of one value; 0 for {@link #STRING}, whose values differ in length, and for {@link
   * #isOpaque opaque} dtypes.
   */
  public int bytes() {
    return bytes;
  }

  /** TensorFlow's own constant for this type. */
  public DataType proto() {
    return proto;
  }

  /** Whether this is a floating point type of any width. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
  }

  /** Whether this is a signed or unsigned integer type of any width. */
  public boolean isInteger() {
    return bytes > 0 && this != BOOL && !isFloating() && !isComplex();
  }

  /** Whether values have a real and an imaginary part. */
  public boolean isComplex() {
    return this == COMPLEX64 || this == COMPLEX128;
  }

  /**
   * Whether no array holds values of this dtype: quantised and very narrow numbers, resources and
   * variants. Functions can declare them, but they are neither given nor read.
   */
  public boolean isOpaque() {
    return bytes == 0 && this != STRING;
  }

  /** The name as TensorFlow and NumPy write it, for example {@code float32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The dtype with this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all names
   */
  public static DType of(String name) {
    for (DType type : values()) {
      if (type.toString().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown dtype '"
            + name
            + "'; there are "
            + Arrays.stream(values()).map(DType::toString).collect(Collectors.joining(", ")));
  }

  /**
   * The type for TensorFlow's constant; a reference type is its plain type.
   *
   * @throws IllegalArgumentException for a type that has no name here
   */
  public static DType of(DataType proto) {
    if (proto == DataType.UNRECOGNIZED) {
      throw new IllegalArgumentException("there is no dtype for this number");
    }
    int number = proto.getNumber() > 100 ? proto.getNumber() - 100 : proto.getNumber();
    DType type = number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    if (type == null) {
      throw new IllegalArgumentException("there is no dtype for " + proto);
    }
    return type;
  }
}
