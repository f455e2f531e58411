package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The values that part the rest into buckets of about equal weight. Inputs: x, and its weights when
 * weighted. Result: quantiles, float32: {@code [1, buckets - 1]} over all values, else the shape of
 * a row and {@code buckets - 1}.
 *
 * <p>NaN is left out, infinities take part. A boundary is always a value that was added; few
 * distinct values repeat. It lies within epsilon of its rank, in parts of the total weight, and is
 * exact for small data. Over nothing, zeros.
 */
public final class Quantiles extends CellReducer {

  private final int buckets;
  private final double epsilon;
  private final Weighting weighting;

  /** Quantiles of values that count once each. */
  public Quantiles(DType dtype, Axis axis, int buckets, double epsilon) {
    this(dtype, axis, buckets, epsilon, Weighting.NONE);
  }

  /**
   * Quantiles.
   *
   * @param buckets how many parts, at least 2
   * @param epsilon the error, above 0 and below 1
   * @throws IllegalArgumentException when a setting is out of its range, or the values no numbers
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
