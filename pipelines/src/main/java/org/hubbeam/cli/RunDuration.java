// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

/**
 * How long a run took.
 *
 * @param seconds in all
 * @param start those of them until the first rows were there; 0 where that is not known
 */
record RunDuration(double seconds, double start) {

  /** The same without a start. */
  RunDuration whole() {
    return new RunDuration(seconds, 0);
  }

  /** {@code 4.1 s (3.0 s to start, 1,234 rows/s)}; the speed is that after the start. */
  String text(long rows) {
    long speed = Math.round(rows / Math.max(seconds - start, 1e-3));
    return Formatting.seconds(seconds)
        + " ("
        + (start > 0 ? Formatting.seconds(start) + " to start, " : "")
        + Formatting.count(speed)
        + " rows/s)";
  }
}
