// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** Location, scale and tails of the finite values of each slot. */
final class TukeySlots extends SketchSlots {

  private final DType result;

  TukeySlots(QuantileSketch prototype, DType result) {
    super(prototype);
    this.result = result;
  }

  @Override
  public Slots fresh() {
    return new TukeySlots(prototype(), result);
  }

  @Override
  boolean admits(double value) {
    return Double.isFinite(value);
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    double[] location = new double[size];
    double[] scale = new double[size];
    double[] left = new double[size];
    double[] right = new double[size];
    for (int i = 0; i < size; i++) {
      QuantileSketch sketch = at(i);
      LMoments moments = LMoments.compute(sketch == null ? RankedValues.NONE : sketch.all());
      TukeyHh fitted = TukeyHh.fit(moments.skewness(), moments.kurtosis());
      scale[i] = moments.second() > 0 ? moments.second() / fitted.scale() : 1;
      location[i] = moments.first() - scale[i] * fitted.mean();
      left[i] = fitted.left();
      right[i] = fitted.right();
    }
    return List.of(
        NumberArrays.pack(result, location),
        NumberArrays.pack(result, scale),
        NumberArrays.pack(result, left),
        NumberArrays.pack(result, right));
  }
}
