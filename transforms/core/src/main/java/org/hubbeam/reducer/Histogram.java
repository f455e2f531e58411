// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * How many values lie between boundaries. Input: x, numbers, read as float32. Results: counts,
 * int64 {@code [n - 1]}, and boundaries, float32 {@code [1, n]}: those given, moved down by 0.0001
 * so that a value on a boundary counts above it in spite of rounding.
 *
 * <p>What lies below the first boundary (NaN, too) counts in the first bucket, what lies above the
 * last in the last.
 *
 * @param boundaries rising, two or more
 */
@Internal
public record Histogram(DType dtype, List<Float> boundaries)
    implements SummaryReducer<FixedCounts> {

  /**
   * Counts between boundaries.
   *
   * @throws IllegalArgumentException when the values are no numbers or the boundaries do not rise
   */
  public Histogram {
    if (!(dtype.isFloating() || dtype.isInteger())) {
      throw new IllegalArgumentException("a histogram is for numbers, not for " + dtype);
    }
    boundaries = List.copyOf(boundaries);
    if (boundaries.size() < 2) {
      throw new IllegalArgumentException(
          "a histogram needs 2 boundaries or more, not " + boundaries.size());
    }
    for (int i = 1; i < boundaries.size(); i++) {
      if (!(boundaries.get(i - 1) <= boundaries.get(i))) {
        throw new IllegalArgumentException("the boundaries do not rise: " + boundaries);
      }
    }
  }

  private float[] shifted() {
    float[] shifted = new float[boundaries.size()];
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = boundaries.get(i) - 0.0001f;
    }
    return shifted;
  }

  @Override
  public FixedCounts empty() {
    return new FixedCounts(boundaries.size() - 1);
  }

  @Override
  public FixedCounts read(DataInput in) throws IOException {
    return FixedCounts.read(in, boundaries.size() - 1);
  }

  @Override
  public void add(FixedCounts summary, List<Array> columns) {
    Array column = ReducerInputs.only(columns, dtype, "histogram");
    float[] shifted = shifted();
    for (double x : NumberArrays.doubles((Values.Numbers) column.values())) {
      summary.add(bucket(shifted, (float) x), 1);
    }
  }

  /** How many of the inner boundaries are below a value. */
  private static int bucket(float[] boundaries, float x) {
    int low = 1;
    int high = boundaries.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (boundaries[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  @Override
  public List<Array.Dense> finish(FixedCounts summary) {
    return List.of(
        Array.Dense.vector(Values.of(summary.counts())),
        new Array.Dense(List.of(1L, (long) boundaries.size()), Values.of(shifted())));
  }

  @Override
  public List<ArraySpec> outputs() {
    int n = boundaries.size();
    return List.of(
        new ArraySpec("counts", DType.INT64, Shape.of(n - 1), Layout.DENSE),
        new ArraySpec("boundaries", DType.FLOAT32, Shape.of(1, n), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "histogram(boundaries=" + boundaries + ", dtype=" + dtype + ")";
  }
}
