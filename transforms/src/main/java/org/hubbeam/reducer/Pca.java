package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;

/**
 * The directions in which vectors vary most: eigenvectors of their covariance as columns, by
 * falling eigenvalue, each up to its sign. Input: x, dense numbers {@code [?, d]}. Result: pca,
 * {@code [d, directions]}. Over no rows the first columns of the identity; NaN where a value is not
 * finite.
 */
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
    double[][] axes = axes(summary.covariance(), summary.rows());
    return List.of(
        new Array.Dense(
            List.of((long) cells(), (long) directions),
            Numbers.pack(result(), flat(axes, directions))));
  }

  private static double[][] axes(double[][] covariance, long rows) {
    int cells = covariance.length;
    double[][] axes = new double[cells][cells];
    if (rows == 0) {
      IntStream.range(0, cells).forEach(i -> axes[i][i] = 1);
      return axes;
    }
    if (!Arrays.stream(covariance).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      Arrays.stream(axes).forEach(row -> Arrays.fill(row, Double.NaN));
      return axes;
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance, false));
    double[] values = eigen.getRealEigenvalues();
    int[] order =
        IntStream.range(0, cells)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int column = 0; column < cells; column++) {
      for (int row = 0; row < cells; row++) {
        axes[row][column] = eigen.getEigenvector(order[column]).getEntry(row);
      }
    }
    return axes;
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
