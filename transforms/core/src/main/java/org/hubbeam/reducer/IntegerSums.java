// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The sum of the integers of each slot, or how many values it has. */
final class IntegerSums extends ArraySlots {

  /** What is added up. */
  enum Of {
    VALUES,
    /** A 1 for every value, whatever it is. */
    ONES
  }

  private final DType result;
  private final Of of;

  IntegerSums(DType result, Of of) {
    super(new long[1], new double[0]);
    this.result = result;
    this.of = of;
  }

  @Override
  public Slots fresh() {
    return new IntegerSums(result, of);
  }

  @Override
  public void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    if (of == Of.ONES) {
      addSizes(values.size(), places);
      return;
    }
    long[] x = NumberArrays.longs((Values.Numbers) values);
    if (places == null) {
      long sum = 0;
      for (long value : x) {
        sum += value;
      }
      longs[0][0] += sum;
    } else {
      addAll(x, places);
    }
  }

  private void addSizes(int size, int @Nullable [] places) {
    long[] sums = longs[0];
    if (places == null) {
      sums[0] += size;
      return;
    }
    for (int place : places) {
      sums[place]++;
    }
  }

  @Override
  public void merge(Slots other, int[] places) {
    addAll(((IntegerSums) other).longs[0], places);
  }

  private void addAll(long[] x, int[] places) {
    long[] sums = longs[0];
    for (int i = 0; i < places.length; i++) {
      sums[places[i]] += x[i];
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    return List.of(NumberArrays.pack(result, Arrays.copyOf(longs[0], size)));
  }
}
