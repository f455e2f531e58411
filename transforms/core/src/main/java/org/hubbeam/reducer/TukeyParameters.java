package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The Tukey HH distribution whose L-moments the values have. Input: x. Results: location, scale,
 * hl, hr: {@code (x - location) / scale} is a normal variable with a left tail of hl and a right
 * one of hr. Both are 0, and the rest as for a normal variable, where the tails are not heavier
 * than that one's, or where there are fewer than four values.
 *
 * <p>NaN and infinities are left out. The L-moments are those of the whole sample, however it was
 * split, exact up to {@value #EXACT_VALUES} values (more where values repeat); beyond, ranks are
 * known within 0.05% of the number of values. Over nothing, or for a constant, the scale is 1.
 */
public final class TukeyParameters extends CellReducer {

  private static final double EPSILON = 0.0005;
  private static final int EXACT_VALUES = 68_000;

  private final DType result;

  /**
   * Parameters in the type of floats, in float32 for integers.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string
   */
  public TukeyParameters(DType dtype, Axis axis) {
    this(dtype, axis, NumberArrays.meanType(dtype, "tukey parameters"));
  }

  /**
   * Parameters in a type of one's own.
   *
   * @throws IllegalArgumentException for bfloat16, bool and string, or when the result is no float
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
