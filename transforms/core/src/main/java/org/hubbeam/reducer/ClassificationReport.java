// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.List;

/**
 * How good scores of labels are. What cannot be told (a mean of no rows) is NaN.
 *
 * @param kind how labels exclude each other
 * @param labels the names of all labels
 * @param rows how many rows
 * @param weight their weight; the same without weights
 * @param accuracy the part of the rows that is right; of several labels, with all of them right
 * @param topThree the part of the rows of which the label has one of the three best scores; NaN
 *     with three labels or fewer
 * @param logLoss the mean of -ln of the probability of what is true, at least 1e-7; of several
 *     labels, over all
 * @param macro means over labels that occur in truth or predictions; areas over those with rows
 * @param micro all labels in one; the areas only where several labels combine, else NaN
 * @param weighted means over labels by their rows
 * @param classes what concerns each label, in the order of labels
 * @param confusion how much weight of each true and predicted label, without zeros, by label; empty
 *     where several labels combine
 * @param calibration whether scores are probabilities
 * @param mistakes the most confident mistakes, the worst first
 */
public record ClassificationReport(
    ClassificationMetrics.Kind kind,
    List<String> labels,
    long rows,
    double weight,
    double accuracy,
    double topThree,
    double logLoss,
    Averages macro,
    Averages micro,
    Averages weighted,
    List<ClassMetrics> classes,
    List<Confusion> confusion,
    Calibration calibration,
    List<Mistake> mistakes) {

  public ClassificationReport {
    labels = List.copyOf(labels);
    classes = List.copyOf(classes);
    confusion = List.copyOf(confusion);
    mistakes = List.copyOf(mistakes);
  }

  /** Of several labels. */
  public record Averages(
      double precision, double recall, double f1, double rocArea, double prArea) {}

  /**
   * Of one label.
   *
   * @param support the weight of the rows that have it
   * @param predicted the weight of the rows that are predicted to have it
   * @param precision the part of the predictions that is right; 0 without predictions
   * @param recall the part of its rows that is found; 0 without rows
   * @param f1 the harmonic mean of both
   * @param curve against all other labels
   */
  public record ClassMetrics(
      String label,
      double support,
      double predicted,
      double precision,
      double recall,
      double f1,
      ScoreCurve curve) {}

  /** The weight of the rows with one true and one predicted label, as numbers of labels. */
  public record Confusion(int truth, int predicted, double weight) {}

  /**
   * How often predictions are right by the score that they have: of the best label, or of each
   * where labels combine, or of the positive one.
   *
   * @param error the expected calibration error: the mean difference of score and frequency
   * @param bins of scores, equally wide
   */
  public record Calibration(double error, List<Bin> bins) {
    public Calibration {
      bins = List.copyOf(bins);
    }
  }

  /**
   * Scores between two bounds.
   *
   * @param weight of the scores
   * @param score their mean
   * @param frequency the part that is right
   */
  public record Bin(double from, double to, double weight, double score, double frequency) {}
}
