// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

/** Numbers as most data has them, {@code -12.5}, read without making text of them. */
final class Decimal {

  /** Integers below are exact as float32, and so are these powers of ten: so is their quotient. */
  private static final long EXACT = 1L << 24;

  private static final float[] POWERS = {
    1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f
  };

  private static final int DIGITS = 18;

  private Decimal() {}

  /**
   * Adds a number to a column of int64 or float32.
   *
   * @param from before {@code to}
   * @return false, and nothing is added, when it has to be read otherwise
   */
  static boolean add(ColumnBuilder column, byte[] block, int from, int to) {
    boolean negative = block[from] == '-';
    int at = negative ? from + 1 : from;
    long digits = 0;
    int point = -1;
    boolean fits = column.dtype() == DType.INT64 || column.dtype() == DType.FLOAT32;
    if (!fits || to - at < 1 || to - at > DIGITS) {
      return false;
    }
    for (int i = at; i < to; i++) {
      int digit = block[i] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
      } else if (block[i] == '.' && point < 0 && i > at && i + 1 < to) {
        point = i;
      } else {
        return false;
      }
    }
    if (column.dtype() == DType.INT64) {
      if (point >= 0) {
        return false;
      }
      column.addLong(negative ? -digits : digits);
      return true;
    }
    int decimals = point < 0 ? 0 : to - point - 1;
    if (decimals >= POWERS.length || (decimals > 0 && digits >= EXACT)) {
      return false;
    }
    float number = digits / POWERS[decimals];
    column.addFloat(negative ? -number : number);
    return true;
  }
}
