// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The parameters of the Tukey HH distribution with the same L-moments as the values. Input: x.
 * Results: location, scale, hl, hr: {@code (x - location) / scale} has a left tail of hl and a
 * right tail of hr. Both are 0 if the tails are not heavier than those of a normal distribution, or
 * if there are fewer than four values.
 *
 * <p>NaN and infinities are ignored. The L-moments do not depend on how the data were split. They
 * are exact up to {@value #EXACT_VALUES} values (more if values repeat); beyond that, the error of
 * a rank is at most 0.05% of the number of values. If there is no value, or all are equal, the
 * scale is 1.
 */
public final class TukeyParameters extends CellReducer {

  private static final double EPSILON = 0.0005;
  private static final int EXACT_VALUES = 68_000;

  private final DType result;

  /**
   * Parameters of the type of the values for floats, float32 for integers.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string
   */
  public TukeyParameters(DType dtype, Axis axis) {
    this(dtype, axis, NumberArrays.meanType(dtype, "tukey parameters"));
  }

  /**
   * Parameters of the given type.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string, or when the result type is not
   *     floating point
   */
  public TukeyParameters(DType dtype, Axis axis, DType result) {
    super(dtype, axis);
    NumberArrays.meanType(dtype, "tukey parameters");
    if (!result.isFloating()) {
      throw new IllegalArgumentException(
          "tukey parameters are floating point numbers, not " + result);
    }
    this.result = result;
  }

  @Override
  String name() {
    return "tukey parameters";
  }

  @Override
  Slots slots() {
    return new TukeySlots(new QuantileSketch(EPSILON), result);
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        output("location", result),
        output("scale", result),
        output("hl", result),
        output("hr", result));
  }

  @Override
  public String describe() {
    return "tukey(axis=" + axis() + ", dtype=" + dtype() + ", output_dtype=" + result + ")";
  }
}
