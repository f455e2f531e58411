// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * A reducer of numbers to one result, or to one for each cell of a row. All of them are in this
 * package. {@link PerKey} gives the same results for each key.
 */
public abstract class CellReducer extends DescribedReducer<CellSummary> {

  private final DType dtype;
  private final Axis axis;

  CellReducer(DType dtype, Axis axis) {
    this.dtype = dtype;
    this.axis = axis;
  }

  /** The name in descriptions and errors. */
  abstract String name();

  /** Empty slots for this reducer. */
  abstract Slots slots();

  /** Whether there is a column of weights behind the values. */
  Weighting weighting() {
    return Weighting.NONE;
  }

  /** The dimensions that each result has behind those of its cell: none for a number. */
  List<Long> inner() {
    return List.of();
  }

  /** The type of the values. */
  public final DType dtype() {
    return dtype;
  }

  /** Which values are reduced together. */
  public final Axis axis() {
    return axis;
  }

  @Override
  public final CellSummary empty() {
    return new CellSummary(Grid.of(axis), slots());
  }

  @Override
  public final void add(CellSummary summary, List<Array> columns) {
    ReducerInputs.count(columns, inputs(), name());
    summary.add(ReducerInputs.first(columns, dtype, name()), weights(columns), axis);
  }

  /** How many columns are added. */
  final int inputs() {
    return weighting() == Weighting.NONE ? 1 : 2;
  }

  /** The weight of every value; null where there are none. */
  final double @Nullable [] weights(List<Array> columns) {
    return weighting() == Weighting.NONE ? null : Weights.align(columns.get(0), columns.get(1));
  }

  @Override
  public final List<Array.Dense> finish(CellSummary summary) {
    Slots.Empty empty =
        axis.isWhole() || summary.rows() == 0 ? Slots.Empty.NEUTRAL : Slots.Empty.MISSING;
    List<Long> dims = new ArrayList<>();
    summary.grid().dims().forEach(d -> dims.add((long) d));
    return results(summary.slots(), summary.grid().cells(), dims, empty);
  }

  final List<Array.Dense> results(Slots slots, int size, List<Long> dims, Slots.Empty empty) {
    List<Long> all = new ArrayList<>(dims);
    if (!inner().isEmpty() && all.isEmpty()) {
      all.add(1L);
    }
    all.addAll(inner());
    List<Array.Dense> results = new ArrayList<>();
    for (Values.Numbers numbers : slots.finish(size, empty)) {
      results.add(new Array.Dense(all, numbers));
    }
    return List.copyOf(results);
  }

  /** The specification of one result, for {@link #outputs}. */
  final ArraySpec output(String output, DType type) {
    ArraySpec spec = axis.output(output, type);
    if (inner().isEmpty()) {
      return spec;
    }
    List<Long> dims = new ArrayList<>(spec.shape().dims());
    if (dims.isEmpty()) {
      dims.add(1L);
    }
    dims.addAll(inner());
    return new ArraySpec(output, type, new Shape(dims), spec.layout());
  }

  @Override
  public final CellSummary read(DataInput in) throws IOException {
    return CellSummary.read(in, slots());
  }
}
