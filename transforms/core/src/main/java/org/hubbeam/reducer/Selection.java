// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;

/**
 * Which entries of a vocabulary are kept: those with the highest scores.
 *
 * @param topK the largest number of entries
 * @param threshold the smallest score
 */
public record Selection(long topK, double threshold) implements Serializable {

  /** All entries. */
  public static final Selection ALL = new Selection(Long.MAX_VALUE, Double.NEGATIVE_INFINITY);

  /**
   * A selection.
   *
   * @throws IllegalArgumentException when {@code topK} is below 1, or the threshold is NaN
   */
  public Selection {
    if (topK < 1) {
      throw new IllegalArgumentException("top_k is 1 or more, not " + topK);
    }
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("a threshold is a number, not NaN");
    }
  }

  /** This selection with a largest number of entries. */
  public Selection withTopK(long limit) {
    return new Selection(limit, threshold);
  }

  /** This selection with a smallest score. */
  public Selection withThreshold(double least) {
    return new Selection(topK, least);
  }

  /** Whether the number of entries is not limited. */
  public boolean isUnlimited() {
    return topK == Long.MAX_VALUE;
  }

  /** Whether the score of an entry is high enough. */
  public boolean admits(VocabularyEntry entry) {
    return entry.score() >= threshold || threshold == Double.NEGATIVE_INFINITY;
  }
}
