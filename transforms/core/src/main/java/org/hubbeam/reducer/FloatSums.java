// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The sum of the floats of each slot, added up as doubles. */
final class FloatSums extends ArraySlots {

  private final DType result;

  FloatSums(DType result) {
    super(new long[0], new double[1]);
    this.result = result;
  }

  @Override
  public Slots fresh() {
    return new FloatSums(result);
  }

  @Override
  public void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    double[] x = NumberArrays.doubles((Values.Numbers) values);
    if (places == null) {
      doubles[0][0] += NumberArrays.sum(x);
    } else {
      addAll(x, places);
    }
  }

  @Override
  public void merge(Slots other, int[] places) {
    addAll(((FloatSums) other).doubles[0], places);
  }

  private void addAll(double[] x, int[] places) {
    double[] sums = doubles[0];
    for (int i = 0; i < places.length; i++) {
      sums[places[i]] += x[i];
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    return List.of(NumberArrays.pack(result, Arrays.copyOf(doubles[0], size)));
  }
}
