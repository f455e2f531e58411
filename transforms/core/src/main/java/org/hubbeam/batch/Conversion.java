// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a value of a source becomes a value of a column's type. It is the one rule for CSV, JSON,
 * {@code tf.Example}, Beam rows, Java objects and columns that a function is given:
 *
 * <ul>
 *   <li>A number as text is decimal: {@code 2}, {@code -1.5}, {@code .5}, {@code 1.}, {@code +5},
 *       {@code 1e3}, with blanks around it. Quotes around it in JSON change nothing. Separators of
 *       thousands, {@code _} and hexadecimal digits are refused.
 *   <li>A float takes every number as text, rounded to the nearest value of its type, and {@code
 *       NaN}, {@code inf} and {@code Infinity} with or without a sign, in any case. A number that
 *       would become infinite is refused. A float of another width is rounded in the same way; an
 *       integer that is one already, and no text, only where it keeps its value.
 *   <li>An integer takes what is whole and in its range: {@code 2}, {@code 2.0}, {@code 1e3}.
 *   <li>A bool takes {@code true} and {@code false}, in any case, and the numbers 0 and 1. No
 *       number takes a bool.
 *   <li>A string takes texts and bytes as they are, and what is written in JSON without quotes as
 *       it is written. It takes no number that has a type already.
 * </ul>
 *
 * <p>Everything else is refused with what was expected and what was found; the row is a failure.
 */
@Internal
public final class Conversion {

  private static final int SHOWN = 100;
  private static final int MOST_DIGITS = 1000;

  private Conversion() {}

  /** A value that a column's type does not take. */
  public static final class ConversionException extends Exception {
    ConversionException(String message) {
      super(message);
    }

    /** Says what a column takes, and what was found. */
    public static ConversionException found(DType expected, String found) {
      return expected(expected.toString(), found);
    }

    /** Says what was expected and found. */
    public static ConversionException expected(String expected, String found) {
      return new ConversionException("expected " + expected + ", found " + found);
    }
  }

  /**
   * Adds a text, given as UTF-8.
   *
   * @throws ConversionException when it is no value of the column's type
   */
  public static void addText(ColumnBuilder column, byte[] block, int from, int to)
      throws ConversionException {
    if (column.dtype() == DType.STRING) {
      column.addBytes(block, from, to);
    } else if (from == to || !Decimal.add(column, block, from, to)) {
      column.addBits(ofText(column.dtype(), utf8(block, from, to)));
    }
  }

  /**
   * Adds a text.
   *
   * @throws ConversionException when it is no value of the column's type
   */
  public static void addText(ColumnBuilder column, String text) throws ConversionException {
    if (column.dtype() != DType.STRING) {
      column.addBits(ofText(column.dtype(), text));
      return;
    }
    try {
      column.addText(text);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Adds what JSON has without quotes, a number, true or false; a string takes it as it is.
   *
   * @throws ConversionException when it is no value of the column's type
   */
  public static void addLiteral(ColumnBuilder column, String literal) throws ConversionException {
    if (column.dtype() == DType.STRING) {
      column.addText(literal);
      return;
    }
    try {
      column.addBits(ofText(column.dtype(), literal));
    } catch (ConversionException e) {
      throw ConversionException.found(column.dtype(), shown(literal));
    }
  }

  /**
   * Adds an integer that has a type.
   *
   * @throws ConversionException when the column's type does not take it
   */
  public static void addInteger(ColumnBuilder column, long value) throws ConversionException {
    if (column.dtype() == DType.INT64) {
      column.addLong(value);
    } else {
      column.addBits(ofLong(column.dtype(), value));
    }
  }

  /**
   * Adds a float that has a type.
   *
   * @throws ConversionException when the column's type does not take it
   */
  public static void addFloat(ColumnBuilder column, double value) throws ConversionException {
    column.addBits(ofDouble(column.dtype(), value));
  }

  /**
   * Adds a bool that has a type.
   *
   * @throws ConversionException when the column's type does not take it
   */
  public static void addBool(ColumnBuilder column, boolean value) throws ConversionException {
    column.addBits(ofBool(column.dtype(), value));
  }

  static String utf8(byte[] block, int from, int to) {
    return new String(block, from, to - from, StandardCharsets.UTF_8);
  }

  /** The bits of a text's value in a type of numbers, or bool. */
  static long ofText(DType dtype, String given) throws ConversionException {
    String text = given.strip();
    if (dtype == DType.BOOL && text.equalsIgnoreCase("true")) {
      return 1;
    }
    if (dtype == DType.BOOL && text.equalsIgnoreCase("false")) {
      return 0;
    }
    if (!isDecimal(text)) {
      Double value = dtype.isFloating() ? notFinite(text) : null;
      if (value == null) {
        throw refused(dtype, given);
      }
      return floatBits(dtype, value);
    }
    if (!dtype.isFloating()) {
      return whole(dtype, given, text);
    }
    double value = dtype == DType.FLOAT64 ? Double.parseDouble(text) : Float.parseFloat(text);
    if (Double.isInfinite(value)) {
      throw refused(dtype, given);
    }
    return finite(dtype, value, quoted(given));
  }

  /** {@code 1}, {@code -1.5e3}, {@code .5} and {@code 1.}, in ASCII. */
  private static boolean isDecimal(String text) {
    int digits = 0;
    int exponent = -1;
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean first = i == 0 || i == exponent + 1 && exponent > 0;
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '.' && !point && exponent < 0) {
        point = true;
      } else if ((c == 'e' || c == 'E') && exponent < 0 && digits > 0) {
        exponent = i;
        digits = 0;
      } else if (c != '-' && c != '+' || !first) {
        return false;
      }
    }
    return digits > 0;
  }

  private static @Nullable Double notFinite(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    double sign = text.startsWith("-") ? -1 : 1;
    return switch (text.substring(signed ? 1 : 0).toLowerCase(Locale.ROOT)) {
      case "nan" -> Double.NaN;
      case "inf", "infinity" -> sign * Double.POSITIVE_INFINITY;
      default -> null;
    };
  }

  private static long whole(DType dtype, String given, String text) throws ConversionException {
    if (text.length() > MOST_DIGITS) {
      throw refused(dtype, given);
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text).stripTrailingZeros();
    } catch (NumberFormatException e) {
      throw refused(dtype, given); // its exponent has no int
    }
    boolean fits = number.scale() <= 0 && (long) number.precision() - number.scale() <= 20;
    if (!fits) {
      throw refused(dtype, given);
    }
    BigInteger whole = number.toBigIntegerExact();
    if (dtype == DType.UINT64 ? whole.signum() < 0 || whole.bitLength() > 64 : !isLong(whole)) {
      throw refused(dtype, given);
    }
    long value = whole.longValue();
    if (dtype != DType.UINT64 && !inRange(dtype, value)) {
      throw refused(dtype, given);
    }
    return value;
  }

  private static boolean isLong(BigInteger whole) {
    return whole.bitLength() < 64;
  }

  /** Whether a type of integers, or bool, has a value. */
  private static boolean inRange(DType dtype, long value) {
    return switch (dtype) {
      case BOOL -> value == 0 || value == 1;
      case INT8 -> value == (byte) value;
      case INT16 -> value == (short) value;
      case INT32 -> value == (int) value;
      case UINT8 -> value >= 0 && value < 1L << 8;
      case UINT16 -> value >= 0 && value < 1L << 16;
      case UINT32 -> value >= 0 && value < 1L << 32;
      case UINT64 -> value >= 0;
      default -> true;
    };
  }

  /** The bits of an integer in a type. */
  static long ofLong(DType dtype, long value) throws ConversionException {
    if (dtype == DType.STRING) {
      throw ConversionException.found(dtype, "the integer " + value);
    }
    if (!dtype.isFloating()) {
      if (!inRange(dtype, value)) {
        throw ConversionException.found(dtype, Long.toString(value));
      }
      return value;
    }
    double wide = value;
    float narrow = value;
    boolean exact =
        dtype == DType.FLOAT64
            ? isExact(wide, value)
            : isExact(narrow, value) && same(dtype, narrow);
    if (!exact) {
      throw ConversionException.found(
          dtype, "the integer " + value + ", which " + dtype + " does not have");
    }
    return floatBits(dtype, dtype == DType.FLOAT64 ? wide : narrow);
  }

  private static boolean isExact(double rounded, long value) {
    return rounded < 0x1p63 && (long) rounded == value;
  }

  private static boolean same(DType dtype, float value) {
    return switch (dtype) {
      case FLOAT16 -> Halves.toFloat(Halves.fromFloat(value)) == value;
      case BFLOAT16 -> Float.intBitsToFloat(Halves.bfloatFromFloat(value) << 16) == value;
      default -> true;
    };
  }

  /** The bits of an integer of 64 bits without a sign in a type. */
  static long ofUnsigned(DType dtype, long value) throws ConversionException {
    if (value >= 0) {
      return ofLong(dtype, value);
    }
    if (dtype == DType.UINT64) {
      return value;
    }
    throw ConversionException.found(dtype, Long.toUnsignedString(value));
  }

  /** The bits of a float in a type. */
  static long ofDouble(DType dtype, double value) throws ConversionException {
    if (dtype.isFloating()) {
      return Double.isFinite(value)
          ? finite(dtype, value, Double.toString(value))
          : floatBits(dtype, value);
    }
    boolean whole = Math.rint(value) == value && value >= -0x1p63 && value < 0x1p64;
    if (dtype == DType.STRING || !whole) {
      throw ConversionException.found(dtype, Double.toString(value));
    }
    if (value >= 0x1p63) {
      return ofUnsigned(dtype, new BigDecimal(value).toBigInteger().longValue());
    }
    return ofLong(dtype, (long) value);
  }

  /** The bits of a bool in a type. */
  static long ofBool(DType dtype, boolean value) throws ConversionException {
    if (dtype != DType.BOOL && dtype != DType.INT64) {
      throw ConversionException.found(dtype, Boolean.toString(value));
    }
    return value ? 1 : 0;
  }

  private static long finite(DType dtype, double value, String shown) throws ConversionException {
    float narrow = (float) value;
    boolean tooLarge =
        switch (dtype) {
          case FLOAT64 -> false;
          case FLOAT16 -> Float.isInfinite(Halves.toFloat(Halves.fromFloat(narrow)));
          case BFLOAT16 ->
              Float.isInfinite(Float.intBitsToFloat(Halves.bfloatFromFloat(narrow) << 16));
          default -> Float.isInfinite(narrow);
        };
    if (tooLarge) {
      throw ConversionException.found(dtype, shown);
    }
    return floatBits(dtype, value);
  }

  private static long floatBits(DType dtype, double value) {
    return switch (dtype) {
      case FLOAT64 -> Double.doubleToRawLongBits(value);
      case FLOAT16 -> Halves.fromFloat((float) value);
      case BFLOAT16 -> Halves.bfloatFromFloat((float) value);
      default -> Float.floatToRawIntBits((float) value);
    };
  }

  private static ConversionException refused(DType dtype, String text) {
    return ConversionException.found(dtype, quoted(text));
  }

  private static String quoted(String text) {
    return "'" + shown(text) + "'";
  }

  private static String shown(String text) {
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }
}
