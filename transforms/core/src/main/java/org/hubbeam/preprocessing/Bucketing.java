package org.hubbeam.preprocessing;

import org.hubbeam.preprocessing.Analyzers.Over;
import org.jspecify.annotations.Nullable;

/**
 * How values are parted into buckets of about equal weight.
 *
 * @param numBuckets how many, at least 2
 * @param epsilon how far a boundary may be from its rank, in parts of the total weight: above 0,
 *     below 1
 * @param weights what each value counts, built as the values are or one a row; null for 1 each.
 *     Values whose weight is not above 0 do not count
 * @param over what has boundaries of its own
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

  /** So many buckets of all values, within a hundredth, or within a bucket where that is less. */
  public static Bucketing into(int numBuckets) {
    return new Bucketing(
        numBuckets, Math.min(1.0 / Math.max(2, numBuckets), LARGEST_EPSILON), null, Over.ALL);
  }

  /** The same with another error. */
  public Bucketing withEpsilon(double other) {
    return new Bucketing(numBuckets, other, weights, over);
  }

  /** The same with weights. */
  public Bucketing withWeights(Column other) {
    return new Bucketing(numBuckets, epsilon, other, over);
  }

  /** The same with other boundaries: of all values, or of each cell of a row. */
  public Bucketing withOver(Over other) {
    return new Bucketing(numBuckets, epsilon, weights, other);
  }
}
