// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The boundaries between buckets of about equal weight. Inputs: x, and its weights if weighted.
 * Result: quantiles, float32, of the shape {@code [1, buckets - 1]} for all values; for each
 * position in a row, the shape of a row followed by {@code buckets - 1}.
 *
 * <p>NaN is ignored; infinities are not. A boundary is always one of the values; if there are few
 * distinct values, boundaries repeat. The error of its rank is at most epsilon as a fraction of the
 * total weight, and 0 for small data. If there is no value, zeros.
 */
public final class Quantiles extends CellReducer {

  private final int buckets;
  private final double epsilon;
  private final Weighting weighting;

  /** Quantiles of values without weights. */
  public Quantiles(DType dtype, Axis axis, int buckets, double epsilon) {
    this(dtype, axis, buckets, epsilon, Weighting.NONE);
  }

  /**
   * Quantiles.
   *
   * @param buckets the number of buckets, at least 2
   * @param epsilon the largest error of a rank, above 0 and below 1
   * @throws IllegalArgumentException when a setting is out of range, or the values are not numbers
   */
  public Quantiles(DType dtype, Axis axis, int buckets, double epsilon, Weighting weighting) {
    super(dtype, axis);
    if (!(dtype.isFloating() || dtype.isInteger())) {
      throw new IllegalArgumentException("quantiles are for numbers, not for " + dtype);
    }
    if (buckets < 2) {
      throw new IllegalArgumentException(
          "quantiles part values into 2 buckets or more, not " + buckets);
    }
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon is above 0 and below 1, not " + epsilon);
    }
    this.buckets = buckets;
    this.epsilon = epsilon;
    this.weighting = weighting;
  }

  @Override
  String name() {
    return "quantiles";
  }

  @Override
  Slots slots() {
    return new QuantileSlots(new QuantileSketch(epsilon), buckets);
  }

  @Override
  Weighting weighting() {
    return weighting;
  }

  @Override
  List<Long> inner() {
    return List.of(buckets - 1L);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(output("quantiles", DType.FLOAT32));
  }

  @Override
  public String describe() {
    return "quantiles(num_buckets="
        + buckets
        + ", epsilon="
        + epsilon
        + ", axis="
        + axis()
        + ", dtype="
        + dtype()
        + (weighting == Weighting.WEIGHTED ? ", weighted" : "")
        + ")";
  }
}
