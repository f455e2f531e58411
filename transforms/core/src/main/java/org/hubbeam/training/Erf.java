// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** The normal distribution. */
final class Erf {

  private Erf() {}

  /**
   * The probability that a normal variable is below {@code x}, with a relative error of 1.2e-7.
   *
   * @see <a href="https://numerical.recipes/book.html">Numerical Recipes, 6.2.2: erfc by a
   *     Chebyshev fit</a>
   */
  static double normal(double x) {
    double z = Math.abs(x) * Math.sqrt(0.5);
    double t = 1 / (1 + 0.5 * z);
    double sum = 0;
    for (int i = FIT.length - 1; i >= 0; i--) {
      sum = sum * t + FIT[i];
    }
    double tail = 0.5 * t * Math.exp(-z * z + sum);
    return x >= 0 ? 1 - tail : tail;
  }

  private static final double[] FIT = {
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277
  };
}
