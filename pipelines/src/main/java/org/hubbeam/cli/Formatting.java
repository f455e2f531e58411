// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Locale;
import java.util.Optional;

/** Numbers with units, as text. */
final class Formatting {

  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  private Formatting() {}

  /** {@code 1,234,567}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 row}, {@code 2,000 rows}. */
  static String of(long number, String thing) {
    return count(number) + " " + thing + (number == 1 ? "" : "s");
  }

  /** {@code 12.3 MiB}. */
  static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit == 0
        ? count(bytes) + " bytes"
        : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }

  /** {@code 0.8 s}, {@code 75 s}. */
  static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  }

  /** {@code 45 s}, {@code 3 min}, {@code 2 h 10 min}. */
  static String duration(double seconds) {
    long minutes = Math.round(seconds / 60);
    if (seconds < 90) {
      return Math.max(1, Math.round(seconds)) + " s";
    }
    return minutes < 90 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }

  /** {@code 1,234 rows/s}, {@code 2.5 rows/min}; empty for no rows, or no time to speak of. */
  static Optional<String> speed(long rows, double seconds) {
    if (rows == 0 || seconds < 0.1) {
      return Optional.empty();
    }
    double speed = rows / seconds;
    if (speed >= 1) {
      return Optional.of(of(Math.round(speed), "row") + "/s");
    }
    double perMinute = 60 * speed;
    return Optional.of(
        perMinute >= 1
            ? of(Math.round(perMinute), "row") + "/min"
            : of(Math.max(1, Math.round(60 * perMinute)), "row") + "/h");
  }
}
