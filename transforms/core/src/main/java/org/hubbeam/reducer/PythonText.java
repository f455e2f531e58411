// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.math.BigDecimal;

/** Numbers as Python writes them: always with a point or an exponent. */
final class PythonText {

  private PythonText() {}

  static String format(double number) {
    return Double.isFinite(number) ? finite(Double.toString(number), number) : special(number);
  }

  static String format(float number) {
    return Float.isFinite(number) ? finite(Float.toString(number), number) : special(number);
  }

  private static String special(double number) {
    return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
  }

  private static String finite(String java, double number) {
    double size = Math.abs(number);
    if (size == 0) {
      return java;
    }
    if (size >= 1e-4 && size < 1e16) {
      String plain = new BigDecimal(java).stripTrailingZeros().toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    int mark = java.indexOf('E');
    String digits = java.substring(0, java.startsWith(".0E", mark - 2) ? mark - 2 : mark);
    int exponent = Integer.parseInt(java.substring(mark + 1));
    String sign = exponent < 0 ? "-" : "+";
    return digits + "e" + sign + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
  }
}
