// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** Who is linked with whom, on each layer. */
interface HnswLinks {

  /**
   * Copies the rows linked from {@code row} on {@code layer} to {@code target}; returns how many.
   */
  int copy(int row, int layer, int[] target);

  /** The most rows that one row is linked with. */
  int most();

  /** The row where searches begin. */
  int entry();

  /** The highest layer. */
  int top();
}
