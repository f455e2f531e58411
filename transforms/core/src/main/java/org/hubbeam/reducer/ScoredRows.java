// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.jspecify.annotations.Nullable;

/**
 * The scores of some rows.
 *
 * @param scores of all labels, row after row
 * @param cells how many scores a row has
 * @param names ids and what is shown; null if mistakes are not kept
 */
record ScoredRows(float[] scores, int cells, RowUnits units, @Nullable RowNames names) {

  /** What a row is and what it is taken for. */
  record Verdict(String truth, String predicted, double truthScore) {}

  float score(int row, int label) {
    return scores[row * cells + label];
  }

  /** The label with the best score, the first of equal ones. */
  int best(int row) {
    int best = 0;
    for (int label = 1; label < cells; label++) {
      if (score(row, label) > score(row, best)) {
        best = label;
      }
    }
    return best;
  }

  /** How many labels come before this one. */
  int rank(int row, int label) {
    float own = score(row, label);
    int rank = 0;
    for (int other = 0; other < cells; other++) {
      float score = score(row, other);
      rank += score > own || score == own && other < label ? 1 : 0;
    }
    return rank;
  }

  /** Keeps a mistake if it is among the worst. */
  void mistake(ClassificationSummary summary, int row, double error, Verdict verdict) {
    if (names != null && units.at(row) > 0 && summary.mistakes().takes(error)) {
      summary
          .mistakes()
          .add(
              new Mistake(
                  names.id(row),
                  names.shown(row),
                  verdict.truth,
                  verdict.predicted,
                  error,
                  verdict.truthScore));
    }
  }
}
