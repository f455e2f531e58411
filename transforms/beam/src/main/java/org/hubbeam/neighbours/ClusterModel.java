// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Centers;
import org.hubbeam.reducer.KMeansOptions;

/**
 * Centers, as they go from worker to worker.
 *
 * @param cells the length of a vector
 * @param values the centers, one behind the other
 * @param largest no number of a vector is of a larger magnitude
 * @param rows how many vectors they are of
 */
record ClusterModel(KMeansOptions.Space space, int cells, float[] values, float largest, long rows)
    implements Serializable {

  Centers centers() {
    return new Centers(space, cells, values);
  }

  /** The same with other centers. */
  ClusterModel with(Array.Dense centers) {
    return new ClusterModel(
        space, cells, ((Values.Numbers) centers.values()).toFloats(), largest, rows);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterModel m
        && m.space == space
        && m.cells == cells
        && m.largest == largest
        && m.rows == rows
        && Arrays.equals(m.values, values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
