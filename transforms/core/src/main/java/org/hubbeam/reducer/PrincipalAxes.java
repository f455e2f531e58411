// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.exception.MaxCountExceededException;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/** Eigenvectors of a covariance. */
final class PrincipalAxes {

  private PrincipalAxes() {}

  /**
   * The eigenvectors as columns, by falling eigenvalue, each up to its sign; the identity over no
   * rows, NaN where a covariance is not finite.
   */
  static double[][] compute(CoMoments summary) {
    double[][] covariance = summary.covariance();
    int cells = covariance.length;
    double[][] axes = new double[cells][cells];
    if (summary.rows() == 0) {
      IntStream.range(0, cells).forEach(i -> axes[i][i] = 1);
      return axes;
    }
    if (!Arrays.stream(covariance).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite)) {
      Arrays.stream(axes).forEach(row -> Arrays.fill(row, Double.NaN));
      return axes;
    }
    EigenDecomposition eigen = decompose(covariance);
    double[] values = eigen.getRealEigenvalues();
    int[] order =
        IntStream.range(0, cells)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int column = 0; column < cells; column++) {
      double[] axis = eigen.getEigenvector(order[column]).toArray();
      for (int row = 0; row < cells; row++) {
        axes[row][column] = axis[row];
      }
    }
    return axes;
  }

  /**
   * Decomposes a covariance. The solver's test of convergence compares neighbours on the diagonal:
   * where those are rounding errors, as over fewer rows than cells, it may never hold. With the sum
   * of the eigenvalues added to each of them, which changes no eigenvector, all are of one size.
   */
  private static EigenDecomposition decompose(double[][] covariance) {
    mirror(covariance);
    Array2DRowRealMatrix matrix = new Array2DRowRealMatrix(covariance, false);
    try {
      return new EigenDecomposition(matrix);
    } catch (MaxCountExceededException e) {
      double trace = matrix.getTrace();
      for (int cell = 0; cell < covariance.length; cell++) {
        covariance[cell][cell] += trace;
      }
      return new EigenDecomposition(matrix);
    }
  }

  /** Makes exactly symmetric what is so but for rounding; the solver takes it for another kind. */
  private static void mirror(double[][] matrix) {
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < row; column++) {
        matrix[row][column] = matrix[column][row];
      }
    }
  }
}
