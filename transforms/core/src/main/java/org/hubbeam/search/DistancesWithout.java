// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/**
 * Distances of which that of one row is infinite.
 *
 * @param all with that of the row
 */
record DistancesWithout(HnswWalk.Distances all, int row) implements HnswWalk.Distances {

  @Override
  public void of(int[] rows, int count, float[] target) {
    all.of(rows, count, target);
    for (int i = 0; i < count; i++) {
      if (rows[i] == row) {
        target[i] = Float.POSITIVE_INFINITY;
      }
    }
  }
}
