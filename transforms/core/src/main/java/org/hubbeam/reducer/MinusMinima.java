// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Values;

/**
 * The extremes per key with the minima negated, as key files hold them. Inputs: x, key. Results:
 * key, minus_min, max, float32.
 */
@Internal
public record MinusMinima(PerKey extremes) implements SummaryReducer<KeyedSummary> {

  /** The extremes of the finite values of each key. */
  public static MinusMinima of(DType dtype) {
    return new MinusMinima(new PerKey(new Extremes(dtype, Axis.WHOLE, Nan.FINITE)));
  }

  @Override
  public KeyedSummary empty() {
    return extremes.empty();
  }

  @Override
  public void add(KeyedSummary summary, List<Array> columns) {
    extremes.add(summary, columns);
  }

  @Override
  public List<Array.Dense> finish(KeyedSummary summary) {
    List<Array.Dense> results = extremes.finish(summary);
    double[] minima = doubles(results.get(1));
    Arrays.setAll(minima, i -> 0 - minima[i]);
    return List.of(results.get(0), floats(minima), floats(doubles(results.get(2))));
  }

  private static double[] doubles(Array.Dense array) {
    return NumberArrays.doubles((Values.Numbers) array.values());
  }

  private static Array.Dense floats(double[] values) {
    return Array.Dense.vector(NumberArrays.pack(DType.FLOAT32, values));
  }

  @Override
  public KeyedSummary read(DataInput in) throws IOException {
    return extremes.read(in);
  }

  @Override
  public List<ArraySpec> outputs() {
    List<ArraySpec> outputs = extremes.outputs();
    return List.of(
        outputs.get(0), float32("minus_min", outputs.get(1)), float32("max", outputs.get(2)));
  }

  private static ArraySpec float32(String name, ArraySpec spec) {
    return new ArraySpec(name, DType.FLOAT32, spec.shape(), spec.layout());
  }

  @Override
  public String describe() {
    return "minus_minima(" + extremes.describe() + ")";
  }
}
