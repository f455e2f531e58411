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

/**
 * The number of occurrences of each value, counts first. Input: x, strings or integers. Results:
 * counts, int64, and elements, of its type; ordered as in {@link CountPerKey}.
 */
@Internal
public record CategoricalHistogram(CountPerKey elements)
    implements SummaryReducer<CountPerKey.Counts> {

  /**
   * Counts of values of this type.
   *
   * @throws IllegalArgumentException for floats, bool and uint64
   */
  public CategoricalHistogram(DType dtype) {
    this(new CountPerKey(dtype));
  }

  @Override
  public CountPerKey.Counts empty() {
    return elements.empty();
  }

  @Override
  public void add(CountPerKey.Counts summary, List<Array> columns) {
    elements.add(summary, columns);
  }

  @Override
  public List<Array.Dense> finish(CountPerKey.Counts summary) {
    List<Array.Dense> results = elements.finish(summary);
    return List.of(results.get(1), results.get(0));
  }

  @Override
  public CountPerKey.Counts read(DataInput in) throws IOException {
    return elements.read(in);
  }

  @Override
  public List<ArraySpec> outputs() {
    ArraySpec keys = elements.outputs().get(0);
    return List.of(
        elements.outputs().get(1),
        new ArraySpec("elements", keys.dtype(), keys.shape(), keys.layout()));
  }

  @Override
  public String describe() {
    return "histogram(categorical, dtype=" + elements.dtype() + ")";
  }
}
