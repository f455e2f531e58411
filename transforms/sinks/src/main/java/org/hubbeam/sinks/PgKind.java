// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import org.hubbeam.batch.DType;
import org.hubbeam.batch.Halves;
import org.hubbeam.batch.Utf8;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** What a value is sent as; the server casts it to the type of its column. */
enum PgKind {
  TEXT("text", 25),
  BYTEA("bytea", 17),
  BIGINT("bigint", 20),
  BOOLEAN("boolean", 16),
  REAL("real", 700),
  DOUBLE("double precision", 701),
  VECTOR("vector", 0),
  HALFVEC("halfvec", 0);

  private final String type;
  private final int oid;

  PgKind(String type, int oid) {
    this.type = type;
    this.oid = oid;
  }

  /** Its name in SQL. */
  String type() {
    return type;
  }

  /** The number of the type; 0 where each database has its own. */
  int oid() {
    return oid;
  }

  /** Whether it has several numbers. */
  boolean isVector() {
    return this == VECTOR || this == HALFVEC;
  }

  /**
   * What values are sent as to a column of this type.
   *
   * @param base the name of the type in the catalog
   * @return null if they do not become one
   */
  static @Nullable PgKind of(DType dtype, String base) {
    if (dtype == DType.STRING) {
      return switch (base) {
        case "bytea" -> BYTEA;
        case "vector", "halfvec", "sparsevec" -> null;
        default -> TEXT;
      };
    }
    if (dtype.isComplex()) {
      return null;
    }
    boolean floating = dtype.isFloating();
    return switch (base) {
      case "bool" -> floating ? null : BOOLEAN;
      case "int2", "int4", "int8", "oid" -> floating ? null : BIGINT;
      case "float4" -> floating ? REAL : BIGINT;
      case "float8", "numeric", "text", "varchar", "bpchar" -> floating ? floats(dtype) : BIGINT;
      case "vector" -> VECTOR;
      case "halfvec" -> HALFVEC;
      default -> null;
    };
  }

  /** What values of this type are in a table that is created for them. */
  static PgKind created(DType dtype) {
    return dtype == DType.STRING
        ? TEXT
        : dtype == DType.BOOL ? BOOLEAN : dtype.isFloating() ? floats(dtype) : BIGINT;
  }

  private static PgKind floats(DType dtype) {
    return dtype == DType.FLOAT64 ? DOUBLE : REAL;
  }

  /**
   * Sends one value, or the numbers of one vector, with the length before it.
   *
   * @return why it cannot be one; null if it is sent
   */
  @Nullable String send(Values values, int from, int to, PgCopy out) {
    out.int32(0);
    int place = out.position();
    String fault =
        values instanceof Values.Strings strings
            ? text(strings, from, out)
            : isVector()
                ? vector((Values.Numbers) values, from, to, out)
                : number((Values.Numbers) values, from, out);
    out.setLength(place);
    return fault;
  }

  private @Nullable String text(Values.Strings strings, int index, PgCopy out) {
    int from = strings.offsets()[index];
    int to = strings.offsets()[index + 1];
    out.bytes(strings.bytes(), from, to);
    if (this == BYTEA) {
      return null;
    }
    for (int i = from; i < to; i++) {
      if (strings.bytes()[i] == 0) {
        return "the text has a zero byte, which a text of PostgreSQL cannot have";
      }
    }
    return Utf8.fault(strings.bytes(), from, to) < 0 ? null : "the text is not UTF-8";
  }

  private @Nullable String number(Values.Numbers numbers, int index, PgCopy out) {
    switch (this) {
      case BOOLEAN -> {
        long value = numbers.getLong(index);
        out.int8(value == 0 ? 0 : 1);
        return value == 0 || value == 1 ? null : "the number " + value + " is no boolean";
      }
      case REAL -> out.int32(Float.floatToRawIntBits((float) numbers.getDouble(index)));
      case DOUBLE -> out.int64(Double.doubleToRawLongBits(numbers.getDouble(index)));
      default -> {
        long value = numbers.getLong(index);
        out.int64(value);
        if (value < 0 && numbers.dtype() == DType.UINT64) {
          return "the number " + Long.toUnsignedString(value) + " is too large for bigint";
        }
      }
    }
    return null;
  }

  private @Nullable String vector(Values.Numbers numbers, int from, int to, PgCopy out) {
    String fault = null;
    out.int16(to - from);
    out.int16(0);
    for (int i = from; i < to; i++) {
      float value = (float) numbers.getDouble(i);
      if (!Float.isFinite(value)) {
        fault = "the vector has " + (Float.isNaN(value) ? "NaN" : "an infinity");
      }
      if (this == VECTOR) {
        out.int32(Float.floatToRawIntBits(value));
      } else {
        short half = Halves.fromFloat(value);
        if ((half & 0x7fff) == 0x7c00 && fault == null) {
          fault = "the number " + value + " is too large for halfvec";
        }
        out.int16(half);
      }
    }
    return fault;
  }
}
