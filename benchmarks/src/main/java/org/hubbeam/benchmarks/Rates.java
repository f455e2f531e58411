// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows a second as programs print them, {@code rows/s 1234} or {@code 1,234 rows/s}, and other
 * numbers, {@code measured recall 0.998} in a line of its own.
 */
final class Rates {

  private static final Pattern RATE =
      Pattern.compile(
          "rows/s (\\d[\\d,]*(?:\\.\\d+)?)|(?<![\\d.,])(\\d[\\d,]*(?:\\.\\d+)?) rows/s");

  private static final Pattern MEASURED =
      Pattern.compile("(?m)^measured (.+) (-?[\\d.]+(?:[eE]-?\\d+)?)$");

  private Rates() {}

  /** The last rate in the output of a program. */
  static OptionalDouble of(String written) {
    OptionalDouble last = OptionalDouble.empty();
    Matcher found = RATE.matcher(written);
    while (found.find()) {
      String number = found.group(1) == null ? found.group(2) : found.group(1);
      last = OptionalDouble.of(Double.parseDouble(number.replace(",", "")));
    }
    return last;
  }

  /** The other numbers in the output of a program; the last of each name. */
  static Map<String, Double> measures(String written) {
    Map<String, Double> measures = new LinkedHashMap<>();
    Matcher found = MEASURED.matcher(written);
    while (found.find()) {
      measures.put(found.group(1), Double.valueOf(found.group(2)));
    }
    return measures;
  }
}
