// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The smallest and largest integer of each slot. */
final class IntegerExtremes extends ArraySlots {

  private static final long[] EMPTY = {Long.MAX_VALUE, Long.MIN_VALUE};

  private final DType dtype;

  IntegerExtremes(DType dtype) {
    super(EMPTY, new double[0]);
    this.dtype = dtype;
  }

  @Override
  public Slots fresh() {
    return new IntegerExtremes(dtype);
  }

  @Override
  public void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    long[] x = NumberArrays.longs((Values.Numbers) values);
    if (places != null) {
      putAll(x, x, places);
      return;
    }
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (long value : x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    putAll(new long[] {low}, new long[] {high}, new int[] {0});
  }

  @Override
  public void merge(Slots other, int[] places) {
    IntegerExtremes from = (IntegerExtremes) other;
    putAll(from.longs[0], from.longs[1], places);
  }

  private void putAll(long[] low, long[] high, int[] places) {
    long[] min = longs[0];
    long[] max = longs[1];
    for (int i = 0; i < places.length; i++) {
      min[places[i]] = Math.min(min[places[i]], low[i]);
      max[places[i]] = Math.max(max[places[i]], high[i]);
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    long largest = NumberArrays.largest(dtype);
    long[] low = Arrays.copyOf(longs[0], size);
    long[] high = Arrays.copyOf(longs[1], size);
    for (int i = 0; i < size; i++) {
      if (low[i] > high[i]) {
        low[i] = largest;
        high[i] = NumberArrays.isUnsigned(dtype) ? 0 : -largest;
      }
    }
    return List.of(NumberArrays.pack(dtype, low), NumberArrays.pack(dtype, high));
  }
}
