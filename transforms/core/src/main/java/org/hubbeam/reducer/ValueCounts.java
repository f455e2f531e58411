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
 * What a column has and lacks. Input: x, of any type and layout. Results, int64 scalars: rows, how
 * many there are; values, NaN included; missing, the rows without a value; nan, the values that are
 * NaN.
 */
@Internal
public record ValueCounts(DType dtype) implements SummaryReducer<FixedCounts> {

  private static final List<String> NAMES = List.of("rows", "values", "missing", "nan");

  @Override
  public FixedCounts empty() {
    return new FixedCounts(NAMES.size());
  }

  @Override
  public FixedCounts read(DataInput in) throws IOException {
    return FixedCounts.read(in, NAMES.size());
  }

  @Override
  public void add(FixedCounts summary, List<Array> columns) {
    Array column = ReducerInputs.only(columns, dtype, "value counts");
    summary.add(0, column.rows());
    summary.add(1, column.values().size());
    summary.add(2, missing(column));
    summary.add(3, nan(column.values()));
  }

  private static long missing(Array column) {
    boolean[] present = new boolean[column.rows()];
    for (int row : Pairing.rows(column)) {
      present[row] = true;
    }
    long missing = 0;
    for (boolean any : present) {
      missing += any ? 0 : 1;
    }
    return missing;
  }

  private static long nan(Values values) {
    long nan = 0;
    if (values.dtype().isFloating()) {
      for (double x : NumberArrays.doubles((Values.Numbers) values)) {
        nan += Double.isNaN(x) ? 1 : 0;
      }
    }
    return nan;
  }

  @Override
  public List<Array.Dense> finish(FixedCounts summary) {
    long[] counts = summary.counts();
    return NAMES.stream()
        .map(name -> Array.Dense.scalar(Values.of(counts[NAMES.indexOf(name)])))
        .toList();
  }

  @Override
  public List<ArraySpec> outputs() {
    return NAMES.stream()
        .map(name -> new ArraySpec(name, DType.INT64, Shape.of(), Layout.DENSE))
        .toList();
  }

  @Override
  public String describe() {
    return "value_counts(dtype=" + dtype + ")";
  }
}
