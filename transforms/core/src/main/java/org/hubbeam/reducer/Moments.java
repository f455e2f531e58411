// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * Mean and variance; the variance divides by the number of values. Input: x. Results: mean, var.
 *
 * <p>NaN and infinities are ignored. If there is no value, both are 0; for a position that no row
 * has, NaN.
 */
public final class Moments extends CellReducer {

  private final DType result;

  /**
   * Moments of the type of the values for floats, float32 for integers.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string
   */
  public Moments(DType dtype, Axis axis) {
    this(dtype, axis, NumberArrays.meanType(dtype, "mean and var"));
  }

  /**
   * Moments of the given type.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string, or when the result type is not
   *     floating point
   */
  public Moments(DType dtype, Axis axis, DType result) {
    super(dtype, axis);
    NumberArrays.meanType(dtype, "mean and var");
    if (!result.isFloating()) {
      throw new IllegalArgumentException("mean and var are floating point numbers, not " + result);
    }
    this.result = result;
  }

  @Override
  String name() {
    return "mean and var";
  }

  @Override
  Slots slots() {
    return new MomentSlots(result);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(output("mean", result), output("var", result));
  }

  @Override
  public String describe() {
    return "moments(axis=" + axis() + ", dtype=" + dtype() + ", output_dtype=" + result + ")";
  }
}
