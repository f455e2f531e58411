// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The sum. Input: x. Result: sum; float32 for float16, int64 or uint64 for integers, otherwise the
 * type of x. Values are widened before they are added; int64 and uint64 wrap around. If there is no
 * value, 0.
 */
public final class Sum extends CellReducer {

  /**
   * Sums.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string
   */
  public Sum(DType dtype, Axis axis) {
    super(dtype, axis);
    NumberArrays.meanType(dtype, "sum");
  }

  private DType result() {
    return switch (dtype()) {
      case FLOAT16, FLOAT32 -> DType.FLOAT32;
      case FLOAT64 -> DType.FLOAT64;
      default -> NumberArrays.isUnsigned(dtype()) ? DType.UINT64 : DType.INT64;
    };
  }

  @Override
  String name() {
    return "sum";
  }

  @Override
  Slots slots() {
    return dtype().isFloating()
        ? new FloatSums(result())
        : new IntegerSums(result(), IntegerSums.Of.VALUES);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(output("sum", result()));
  }

  @Override
  public String describe() {
    return "sum(axis=" + axis() + ", dtype=" + dtype() + ")";
  }
}
