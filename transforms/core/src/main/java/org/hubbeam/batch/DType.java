// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;

/** The dtype of the values of an {@link Array}, with TensorFlow's and NumPy's names. */
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
  STRING(0, DataType.DT_STRING);

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

  /** Bytes of one value; 0 for {@link #STRING}, whose values differ in length. */
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
    return this != BOOL && this != STRING && !isFloating();
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
   * @throws IllegalArgumentException for a type that no array can have (resource, variant, complex,
   *     quantised)
   */
  public static DType of(DataType proto) {
    int number = proto.getNumber() > 100 ? proto.getNumber() - 100 : proto.getNumber();
    DType type = number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    if (type == null) {
      throw new IllegalArgumentException("arrays cannot hold " + proto);
    }
    return type;
  }
}
