// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.jspecify.annotations.Nullable;

/**
 * Settings for dividing values into buckets of about equal weight.
 *
 * @param numBuckets the number of buckets, at least 2
 * @param epsilon the largest error of a boundary's rank, as a fraction of the total weight: above
 *     0, below 1
 * @param weights one weight for each value, or one for each row; null for a weight of 1. Values
 *     with a weight of 0 or less are ignored
 * @param over which values share boundaries
 */
public record Bucketing(int numBuckets, double epsilon, @Nullable Column weights, Over over) {

  private static final double LARGEST_EPSILON = 0.01;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public Bucketing {
    if (numBuckets < 2) {
      throw new IllegalArgumentException("num_buckets must be 2 or more, not " + numBuckets);
    }
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon must be above 0 and below 1, not " + epsilon);
    }
  }

  /** This many buckets of all values, with an epsilon of 0.01, or of one bucket if that is less. */
  public static Bucketing into(int numBuckets) {
    return new Bucketing(
        numBuckets, Math.min(1.0 / Math.max(2, numBuckets), LARGEST_EPSILON), null, Over.ALL);
  }

  /** The same settings with another epsilon. */
  public Bucketing withEpsilon(double other) {
    return new Bucketing(numBuckets, other, weights, over);
  }

  /** The same settings with weights. */
  public Bucketing withWeights(Column other) {
    return new Bucketing(numBuckets, epsilon, other, over);
  }

  /** The same settings with boundaries for all values, or for each position in a row. */
  public Bucketing withOver(Over other) {
    return new Bucketing(numBuckets, epsilon, weights, other);
  }
}
