// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/** The number of values, including NaN. Input: x, of any type. Result: size, int64. */
public final class Size extends CellReducer {

  /** Counts the values of columns of this type. */
  public Size(DType dtype, Axis axis) {
    super(dtype, axis);
  }

  @Override
  String name() {
    return "size";
  }

  @Override
  Slots slots() {
    return new IntegerSums(DType.INT64, IntegerSums.Of.ONES);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(output("size", DType.INT64));
  }

  @Override
  public String describe() {
    return "size(axis=" + axis() + ", dtype=" + dtype() + ")";
  }
}
