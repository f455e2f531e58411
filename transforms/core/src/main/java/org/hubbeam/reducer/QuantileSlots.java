// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** The boundaries between buckets of the values of each slot. */
final class QuantileSlots extends SketchSlots {

  private final int buckets;

  QuantileSlots(QuantileSketch prototype, int buckets) {
    super(prototype);
    this.buckets = buckets;
  }

  @Override
  public Slots fresh() {
    return new QuantileSlots(prototype(), buckets);
  }

  @Override
  boolean admits(double value) {
    return !Double.isNaN(value);
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    int width = buckets - 1;
    double[] boundaries = new double[Math.multiplyExact(size, width)];
    for (int i = 0; i < size; i++) {
      QuantileSketch sketch = at(i);
      if (sketch != null) {
        System.arraycopy(sketch.boundaries(buckets), 0, boundaries, i * width, width);
      }
    }
    return List.of(NumberArrays.pack(DType.FLOAT32, boundaries));
  }
}
