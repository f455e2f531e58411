// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import org.hubbeam.batch.Internal;

/**
 * The rows nearest to a query, best first; rows with the same score by row number.
 *
 * @param rows their numbers
 * @param scores their scores by the {@link Metric}
 */
@Internal
public record Nearest(int[] rows, float[] scores) {

  /** None. */
  public static final Nearest NONE = new Nearest(new int[0], new float[0]);

  /** How many there are. */
  public int size() {
    return rows.length;
  }
}
