// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;

/**
 * The covariance of each pair of cells of a vector, divided by the number of rows. Input: x, dense
 * numbers {@code [?, d]}. Result: covariance, {@code [d, d]}. Zeros if there are no rows.
 */
@Internal
public final class Covariance extends MatrixReducer {

  /**
   * Covariances.
   *
   * @param dtype the type of the values
   * @param cells how many cells a row has
   * @param result the type of the result, a floating point one
   * @throws IllegalArgumentException when the values are no numbers or the result no floats
   */
  public Covariance(DType dtype, int cells, DType result) {
    super(dtype, cells, result, "covariance");
  }

  @Override
  public List<Array.Dense> finish(CoMoments summary) {
    Values.Numbers numbers = NumberArrays.pack(result(), flat(summary.covariance(), cells()));
    return List.of(new Array.Dense(List.of((long) cells(), (long) cells()), numbers));
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(new ArraySpec("covariance", result(), Shape.of(cells(), cells()), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "covariance(cells="
        + cells()
        + ", dtype="
        + dtype()
        + ", output_dtype="
        + result()
        + ")";
  }
}
