// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.DType;

/** RE2 patterns of the texts that TensorFlow parses as numbers of a type. */
final class NumberPattern {

  private static final String BLANKS = "[\\t\\n\\v\\f\\r ]*";
  private static final String DECIMAL =
      "(?:[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|(?i:nan)|[-+]?(?i:inf))";

  private NumberPattern() {}

  /**
   * The pattern for one type.
   *
   * @throws IllegalArgumentException when TensorFlow does not parse texts as this type
   */
  static String of(DType dtype) {
    return switch (dtype) {
      case FLOAT32, FLOAT64 -> BLANKS + DECIMAL + BLANKS;
      case INT32 -> whole(Integer.MAX_VALUE, Integer.MIN_VALUE);
      case INT64 -> whole(Long.MAX_VALUE, Long.MIN_VALUE);
      default ->
          throw new IllegalArgumentException(
              "must be float32, float64, int32 or int64; found " + dtype);
    };
  }

  private static String whole(long max, long min) {
    return BLANKS
        + "(?:"
        + upTo(String.valueOf(max))
        + "|-"
        + upTo(String.valueOf(min).substring(1))
        + ")"
        + BLANKS;
  }

  /** Whole numbers up to a limit, which is written without zeros in front. */
  private static String upTo(String limit) {
    List<String> below = new ArrayList<>(List.of("\\d{1," + (limit.length() - 1) + "}", limit));
    for (int i = 0; i < limit.length(); i++) {
      char digit = limit.charAt(i);
      if (digit > '0') {
        int rest = limit.length() - 1 - i;
        below.add(limit.substring(0, i) + "[0-" + (char) (digit - 1) + "]" + "\\d{" + rest + "}");
      }
    }
    return "0*(?:" + String.join("|", below) + ")";
  }
}
