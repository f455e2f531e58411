// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The smallest and largest float of each slot. */
final class FloatExtremes extends ArraySlots {

  private static final double[] EMPTY = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

  private final DType dtype;
  private final Nan nan;

  FloatExtremes(DType dtype, Nan nan) {
    super(new long[0], EMPTY);
    this.dtype = dtype;
    this.nan = nan;
  }

  @Override
  public Slots fresh() {
    return new FloatExtremes(dtype, nan);
  }

  @Override
  public void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    double[] x = NumberArrays.doubles((Values.Numbers) values);
    if (nan == Nan.FINITE) {
      Arrays.setAll(x, i -> Double.isInfinite(x[i]) ? Double.NaN : x[i]);
    }
    if (places == null) {
      addAll(x);
    } else {
      putAll(x, x, places);
    }
  }

  private void addAll(double[] x) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    boolean anyNan = false;
    for (double value : x) {
      low = value < low ? value : low;
      high = value > high ? value : high;
      anyNan |= Double.isNaN(value);
    }
    int[] first = {0};
    putAll(new double[] {low}, new double[] {high}, first);
    if (anyNan) {
      putAll(new double[] {Double.NaN}, new double[] {Double.NaN}, first);
    }
  }

  @Override
  public void merge(Slots other, int[] places) {
    FloatExtremes from = (FloatExtremes) other;
    putAll(from.doubles[0], from.doubles[1], places);
  }

  private void putAll(double[] low, double[] high, int[] places) {
    double[] min = doubles[0];
    double[] max = doubles[1];
    for (int i = 0; i < places.length; i++) {
      int slot = places[i];
      if (!Double.isNaN(low[i])) {
        min[slot] = low[i] < min[slot] ? low[i] : min[slot];
        max[slot] = high[i] > max[slot] ? high[i] : max[slot];
      } else if (nan == Nan.PROPAGATE) {
        min[slot] = Double.NaN;
        max[slot] = Double.NaN;
      }
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    double[] low = Arrays.copyOf(doubles[0], size);
    double[] high = Arrays.copyOf(doubles[1], size);
    for (int i = 0; i < size; i++) {
      if (low[i] > high[i] && empty == Empty.MISSING) {
        low[i] = Double.NaN;
        high[i] = Double.NaN;
      }
    }
    return List.of(NumberArrays.pack(dtype, low), NumberArrays.pack(dtype, high));
  }
}
