// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

/** How much of the full work is done. */
enum Sizes {
  FULL(1),
  /** A hundredth, to see that everything runs. */
  QUICK(100);

  private static final long LEAST = 256;

  private final int divisor;

  Sizes(int divisor) {
    this.divisor = divisor;
  }

  /** The number of rows, scaled from that of the full work. */
  long of(long full) {
    return Math.max(Math.min(full, LEAST), full / divisor);
  }

  /** The folder of the results. */
  String folder() {
    return this == FULL ? "results" : "results-quick";
  }
}
