// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;

/**
 * How good predicted numbers are. What cannot be told (a mean of no rows) is NaN.
 *
 * @param rows how many rows
 * @param weight their weight; the same without weights
 * @param rmse the root of the mean squared error
 * @param mae the mean absolute error
 * @param r2 1 minus the squared errors over those of always predicting the mean; NaN where all
 *     numbers are the same
 * @param bias the mean of prediction minus truth
 * @param largestError the largest absolute error; 0 of no rows
 * @param truth what the numbers are
 * @param sample some of the rows, the same whatever the order
 * @param mistakes those with the largest errors, the worst first
 */
public record RegressionReport(
    long rows,
    double weight,
    double rmse,
    double mae,
    double r2,
    double bias,
    double largestError,
    Truth truth,
    List<Pair> sample,
    List<Mistake> mistakes) {

  public RegressionReport {
    sample = List.copyOf(sample);
    mistakes = List.copyOf(mistakes);
  }

  /** Mean and standard deviation of what is true. */
  public record Truth(double mean, double deviation) {}

  /** What is true of a row, and what was predicted. */
  public record Pair(double truth, double predicted) {}
}
