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

/**
 * The principal components of vectors: the eigenvectors of their covariance matrix as columns, in
 * descending order of eigenvalue. The sign of each is arbitrary. Input: x, dense numbers {@code [?,
 * d]}. Result: pca, {@code [d, directions]}. If there are no rows, the first columns of the
 * identity matrix; NaN if a value is not finite.
 */
@Internal
public final class Pca extends MatrixReducer {

  private final int directions;

  /**
   * Principal directions.
   *
   * @param dtype the type of the values
   * @param cells how many cells a row has
   * @param directions how many directions, at most as many as cells
   * @param result the type of the result, a floating point one
   * @throws IllegalArgumentException when a setting is out of its range
   */
  public Pca(DType dtype, int cells, int directions, DType result) {
    super(dtype, cells, result, "pca");
    if (directions < 1 || directions > cells) {
      throw new IllegalArgumentException(
          "pca of " + cells + " cells has 1 to " + cells + " directions, not " + directions);
    }
    this.directions = directions;
  }

  @Override
  public List<Array.Dense> finish(CoMoments summary) {
    double[][] axes = PrincipalAxes.compute(summary);
    return List.of(
        new Array.Dense(
            List.of((long) cells(), (long) directions),
            NumberArrays.pack(result(), flat(axes, directions))));
  }

  @Override
  public List<ArraySpec> outputs() {
    return List.of(new ArraySpec("pca", result(), Shape.of(cells(), directions), Layout.DENSE));
  }

  @Override
  public String describe() {
    return "pca(output_dim="
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
