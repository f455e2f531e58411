// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

/**
 * How much of the full work is done.
 *
 * @param divisor 1 for all of it
 */
record Sizes(int divisor) {

  static final Sizes FULL = new Sizes(1);

  /** A hundredth, to see that everything runs. */
  static final Sizes QUICK = new Sizes(100);

  private static final long LEAST = 256;

  boolean isFull() {
    return divisor == 1;
  }

  /** The number of rows, scaled from that of the full work. */
  long of(long full) {
    return Math.max(Math.min(full, LEAST), full / divisor);
  }

  /** The folder of the results. */
  String folder() {
    return isFull() ? "results" : equals(QUICK) ? "results-quick" : "results-" + divisor;
  }
}
