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
 * The mean and the principal components of vectors. Unlike those of {@link Pca}, each component has
 * a defined sign: its element of the largest magnitude is positive. Input: x, dense numbers {@code
 * [?, d]}. Results: mean, {@code [d]}, and components, {@code [d, directions]}. If there are no
 * rows, the mean is zero and the components are the first columns of the identity matrix; NaN if a
 * value is not finite.
 */
@Internal
public final class PrincipalComponents extends MatrixReducer {

  private final int directions;

  /**
   * Principal components.
   *
   * @param dtype the type of the values
   * @param cells how many cells a row has
   * @param directions how many directions, at most as many as cells
   * @param result the type of the results, a floating point one
   * @throws IllegalArgumentException when a setting is out of its range
   */
  public PrincipalComponents(DType dtype, int cells, int directions, DType result) {
    super(dtype, cells, result, "principal_components");
    if (directions < 1 || directions > cells) {
      throw new IllegalArgumentException(
          cells + " cells have 1 to " + cells + " principal components, not " + directions);
    }
    this.directions = directions;
  }

  @Override
  public List<Array.Dense> finish(CoMoments summary) {
    double[][] axes = PrincipalAxes.compute(summary);
    for (int column = 0; column < directions; column++) {
      turn(axes, column);
    }
    Values.Numbers components = NumberArrays.pack(result(), flat(axes, directions));
    return List.of(
        Array.Dense.vector(NumberArrays.pack(result(), summary.means())),
        new Array.Dense(List.of((long) cells(), (long) directions), components));
  }

  private static void turn(double[][] axes, int column) {
    double largest = 0;
    for (double[] row : axes) {
      largest = Math.abs(row[column]) > Math.abs(largest) ? row[column] : largest;
    }
    for (double[] row : axes) {
      row[column] = largest < 0 ? -row[column] : row[column];
    }
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(
        new ArraySpec("mean", result(), Shape.of(cells()), Layout.DENSE),
        new ArraySpec("components", result(), Shape.of(cells(), directions), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "principal_components(output_dim="
        + directions
        + ", cells="
        + cells()
        + ", dtype="
        + dtype()
        + ", output_dtype="
        + result()
        + ")";
  }
}
