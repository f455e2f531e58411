// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import java.util.Locale;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The smallest and the largest value. Input: x. Results: min, max, of its type.
 *
 * <p>If there is no value, min and max are infinity and minus infinity for floats, the largest
 * value of the type and its negative for signed integers, and the largest value and 0 for unsigned
 * integers. For floats, a position that no row has gives NaN.
 */
public final class Extremes extends CellReducer {

  private final Nan nan;

  /**
   * Extremes that are NaN if any value is.
   *
   * @throws IllegalArgumentException for uint32, uint64, bool and string
   */
  public Extremes(DType dtype, Axis axis) {
    this(dtype, axis, Nan.PROPAGATE);
  }

  /**
   * Extremes.
   *
   * @throws IllegalArgumentException for uint32, uint64, bool and string
   */
  public Extremes(DType dtype, Axis axis, Nan nan) {
    super(checked(dtype), axis);
    this.nan = nan;
  }

  private static DType checked(DType dtype) {
    boolean wide = dtype == DType.UINT32 || dtype == DType.UINT64;
    if (wide || !(dtype.isFloating() || dtype.isInteger())) {
      throw new IllegalArgumentException(
          "min and max are for floats, signed integers, uint8 and uint16, not for " + dtype);
    }
    return dtype;
  }

  @Override
  String name() {
    return "min and max";
  }

  @Override
  Slots slots() {
    return dtype().isFloating() ? new FloatExtremes(dtype(), nan) : new IntegerExtremes(dtype());
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(output("min", dtype()), output("max", dtype()));
  }

  @Override
  public String describe() {
    return "extremes(axis="
        + axis()
        + ", dtype="
        + dtype()
        + (nan == Nan.PROPAGATE ? "" : ", nan=" + nan.name().toLowerCase(Locale.ROOT))
        + ")";
  }
}
