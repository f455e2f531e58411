package org.hubbeam.reducer;

import java.util.List;
import java.util.Locale;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;

/**
 * The smallest and the largest value. Input: x. Results: min, max, of its type.
 *
 * <p>Over nothing, floats give infinity and minus infinity, integers the largest value of their
 * type and the negative of that (unsigned ones 0). A cell that no row has gives NaN for floats.
 */
public final class Extremes extends CellReducer {

  private final Nan nan;

  /**
   * Extremes in which NaN wins.
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
