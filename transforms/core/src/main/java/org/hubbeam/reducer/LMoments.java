// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

/**
 * The first four sample L-moments: mean, scale, and the third and fourth by which tails and skew
 * show. A moment of fewer values than its order is 0.
 *
 * @param count the number of values
 */
record LMoments(double count, double first, double second, double third, double fourth) {

  /** Those of values with their ranks: exact where the ranks are. */
  static LMoments compute(RankedValues values) {
    int size = values.size();
    double n = values.totalWeight();
    if (size == 0) {
      return new LMoments(0, 0, 0, 0, 0);
    }
    double centre = values.value(size / 2);
    double[] sums = new double[4];
    double from = 0;
    for (int i = 0; i < size; i++) {
      double to = values.rankBehind(i);
      double x = values.value(i) - centre;
      for (int order = 0; order < 4; order++) {
        sums[order] += x * (choose(to, order + 1) - choose(from, order + 1));
      }
      from = to;
    }
    double[] b = new double[4];
    for (int order = 0; order < 4; order++) {
      b[order] = n > order ? sums[order] / (n * choose(n - 1, order)) : 0;
    }
    return new LMoments(
        n,
        b[0] + centre,
        n > 1 ? 2 * b[1] - b[0] : 0,
        n > 2 ? 6 * b[2] - 6 * b[1] + b[0] : 0,
        n > 3 ? 20 * b[3] - 30 * b[2] + 12 * b[1] - b[0] : 0);
  }

  /** n over k, of any real n: how many of the samples of k values lie among the first n. */
  private static double choose(double n, int k) {
    double product = 1;
    for (int i = 0; i < k; i++) {
      product *= (n - i) / (i + 1);
    }
    return product;
  }

  /** Third to second moment; 0 where there is no scale or no four values. */
  double skewness() {
    return second > 0 && count > 3 ? third / second : 0;
  }

  /** Fourth to second moment; 0 where there is no scale or no four values. */
  double kurtosis() {
    return second > 0 && count > 3 ? fourth / second : 0;
  }
}
