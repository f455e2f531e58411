package org.hubbeam.reducer;

import java.io.Serializable;

/**
 * Which entries are kept: those of the highest scores.
 *
 * @param topK at most so many
 * @param threshold only with a score at least this high
 */
public record Selection(long topK, double threshold) implements Serializable {

  /** All of them. */
  public static final Selection ALL = new Selection(Long.MAX_VALUE, Double.NEGATIVE_INFINITY);

  /**
   * A limit.
   *
   * @throws IllegalArgumentException when it would keep nothing, or the threshold is NaN
   */
  public Selection {
    if (topK < 1) {
      throw new IllegalArgumentException("top_k is 1 or more, not " + topK);
    }
    if (Double.isNaN(threshold)) {
      throw new IllegalArgumentException("a threshold is a number, not NaN");
    }
  }

  /** This one, of at most so many entries. */
  public Selection withTopK(long limit) {
    return new Selection(limit, threshold);
  }

  /** This one, of scores at least this high. */
  public Selection withThreshold(double least) {
    return new Selection(topK, least);
  }

  /** Whether all entries above the threshold are kept, however many. */
  public boolean isUnlimited() {
    return topK == Long.MAX_VALUE;
  }

  /** Whether the score of an entry is high enough. */
  public boolean admits(VocabularyEntry entry) {
    return entry.score() >= threshold || threshold == Double.NEGATIVE_INFINITY;
  }
}
