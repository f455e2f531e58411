// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;

/**
 * How well scores tell a class from all others, at every threshold.
 *
 * @param rocArea the area below the ROC curve, scores that are equal counted half; NaN without rows
 *     of the class or without others
 * @param prArea average precision: precision weighted by the increase in recall
 * @param rocError how far the ROC area may be off, because there were too many different scores to
 *     keep all; 0 where all were kept
 * @param points of the curves, thresholds falling
 */
public record ScoreCurve(double rocArea, double prArea, double rocError, List<Point> points) {

  /** Of no rows. */
  static final ScoreCurve NONE = new ScoreCurve(Double.NaN, Double.NaN, 0, List.of());

  public ScoreCurve {
    points = List.copyOf(points);
  }

  /**
   * What a threshold gives.
   *
   * @param threshold the lowest score that counts as of the class
   * @param recall the part of the rows of the class at or above it: the true positive rate
   * @param falsePositives the part of the other rows at or above it
   * @param precision the part of the rows at or above it that is of the class
   */
  public record Point(double threshold, double recall, double falsePositives, double precision) {}
}
