// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * How long a run took.
 *
 * @param seconds in all
 * @param start those of them until the first rows were there; 0 where that is not known
 */
record RunDuration(double seconds, double start) {

  private static final double LEAST = 0.5;

  /** The same without a start. */
  RunDuration whole() {
    return new RunDuration(seconds, 0);
  }

  /**
   * {@code 4.1 s (3.0 s to start, 1,234 rows/s)}. The speed is that after the start; it is left out
   * where that is too short to say.
   */
  String text(long rows) {
    List<String> parts = new ArrayList<>();
    if (start > 0) {
      parts.add(Formatting.seconds(start) + " to start");
    }
    if (start == 0 || seconds - start >= LEAST) {
      Formatting.speed(rows, seconds - start).ifPresent(parts::add);
    }
    return Formatting.seconds(seconds)
        + (parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")");
  }
}
