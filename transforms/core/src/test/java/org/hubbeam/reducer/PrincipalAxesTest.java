// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrincipalAxesTest {

  private static final int ROWS = 60;
  private static final int CELLS = 128;

  /** What {@code numpy.linalg.eigh(numpy.cov(x.T, bias=True))} has of {@link #number}. */
  private static final double[] NUMPY_VALUES = {
    0.59331463, 0.48963459, 0.46160968, 0.44757555, 0.43076787
  };

  /** The first cells of the first axes of the same, without signs. */
  private static final double[][] NUMPY_AXES = {
    {0.07868403, 0.15499775, 0.18573677},
    {0.00380487, 0.10645354, 0.06111955},
    {0.03433288, 0.01768828, 0.18247879}
  };

  /** {@code ((i * 131 + j + 1) * (i + 7) * (j + 3) % 101 - 50) / 101}. */
  private static double number(int i, int j) {
    return ((long) (i * 131 + j + 1) * (i + 7) * (j + 3) % 101 - 50) / 101.0;
  }

  private static CoMoments moments(double[] x, int cells, int rowsInBatch) {
    CoMoments all = new CoMoments(cells);
    for (int from = 0; from < x.length; from += rowsInBatch * cells) {
      all.add(Arrays.copyOfRange(x, from, Math.min(x.length, from + rowsInBatch * cells)));
    }
    return all;
  }

  private static double product(double[][] axes, int a, int b) {
    return Arrays.stream(axes).mapToDouble(row -> row[a] * row[b]).sum();
  }

  /** The variance along an axis. */
  private static double variance(double[][] covariance, double[][] axes, int axis) {
    double sum = 0;
    for (int i = 0; i < covariance.length; i++) {
      for (int j = 0; j < covariance.length; j++) {
        sum += axes[i][axis] * covariance[i][j] * axes[j][axis];
      }
    }
    return sum;
  }

  private static void assertOrthonormal(double[][] axes) {
    for (int a = 0; a < axes.length; a++) {
      for (int b = 0; b <= a; b++) {
        assertThat(product(axes, a, b)).isCloseTo(a == b ? 1 : 0, within(1e-10));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"60", "7"})
  void fewerRowsThanCellsHaveTheAxesOfNumpy(int rowsInBatch) {
    double[] x = new double[ROWS * CELLS];
    for (int i = 0; i < x.length; i++) {
      x[i] = number(i / CELLS, i % CELLS);
    }
    CoMoments moments = moments(x, CELLS, rowsInBatch);

    double[][] axes = PrincipalAxes.compute(moments);

    double[][] covariance = moments.covariance();
    for (int axis = 0; axis < NUMPY_VALUES.length; axis++) {
      assertThat(variance(covariance, axes, axis)).isCloseTo(NUMPY_VALUES[axis], within(1e-7));
    }
    for (int i = 0; i < NUMPY_AXES.length; i++) {
      for (int j = 0; j < NUMPY_AXES.length; j++) {
        assertThat(Math.abs(axes[i][j])).isCloseTo(NUMPY_AXES[i][j], within(1e-7));
      }
    }
    assertThat(variance(covariance, axes, ROWS - 2)).isGreaterThan(1e-4);
    assertThat(variance(covariance, axes, ROWS - 1)).isCloseTo(0, within(1e-12));
    assertOrthonormal(axes);
  }

  @ParameterizedTest
  @CsvSource({"1,20", "2,40", "3,128", "50,128", "100,300", "127,128"})
  void axesAreFoundOverAnyNumberOfRows(int rows, int cells) {
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      double[] x = random.doubles((long) rows * cells, -1, 1).toArray();
      double scale = Math.pow(10, 12 * (seed - 1));

      double[][] axes =
          PrincipalAxes.compute(
              moments(Arrays.stream(x).map(v -> v * scale).toArray(), cells, 1 + rows / 3));

      assertOrthonormal(axes);
    }
  }

  @Test
  void equalRowsHaveAxes() {
    double[] x = new double[10 * 30];
    Arrays.fill(x, 0.1);
    assertOrthonormal(PrincipalAxes.compute(moments(x, 30, 3)));
  }
}
