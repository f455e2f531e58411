// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/** Formats numbers. */
final class Numbers {

  private static final double MIB = 1 << 20;

  private Numbers() {}

  /** {@code 1,234}. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** {@code 1,234}, or {@code 85.6} if it is small. */
  static String rate(double value) {
    return value < 1000 ? ratio(value) : count(Math.round(value));
  }

  /** Three significant digits: {@code 0.0123}, {@code 1.23}, {@code 123}. */
  static String ratio(double value) {
    double size = Math.abs(value);
    int places = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    String text = String.format(Locale.ROOT, "%,." + places + "f", value);
    return places > 0 ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /** Four places after the point, or a whole number if it is large. */
  static String exact(double value) {
    return Math.abs(value) >= 1000
        ? count(Math.round(value))
        : String.format(Locale.ROOT, "%.4f", value).replaceFirst("\\.?0+$", "");
  }

  /** {@code 12 MiB} as its number. */
  static String mebibytes(double bytes) {
    return count(Math.round(bytes / MIB));
  }

  /** A value, or a dash if there is none. */
  static String or(OptionalDouble value, DoubleFunction<String> text) {
    return value.isPresent() ? text.apply(value.getAsDouble()) : "–";
  }
}
