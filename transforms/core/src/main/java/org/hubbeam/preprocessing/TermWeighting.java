package org.hubbeam.preprocessing;

import org.jspecify.annotations.Nullable;

/**
 * How terms weigh by the number of documents that have them.
 *
 * @param vocabSize how many terms there are, buckets for unknown ones included; -1 when computed
 * @param computedVocabSize the same, where an analysis tells it; null when known
 */
public record TermWeighting(
    long vocabSize, @Nullable Statistic computedVocabSize, Smoothing smoothing, Baseline baseline) {

  /** Whether every term counts as if one more document had it. */
  public enum Smoothing {
    /** {@code ln((documents + 1) / (frequency + 1))}. */
    SMOOTH,
    /** {@code ln(documents / frequency)}: infinite for a term that no document had. */
    NONE
  }

  /** What is added to the logarithm. */
  public enum Baseline {
    ONE,
    NONE
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when there are no terms
   */
  public TermWeighting {
    if (computedVocabSize == null && vocabSize < 1) {
      throw new IllegalArgumentException("vocab_size must be 1 or more, not " + vocabSize);
    }
  }

  /** Smooth, with a baseline of one, for so many terms. */
  public static TermWeighting of(long vocabSize) {
    return new TermWeighting(vocabSize, null, Smoothing.SMOOTH, Baseline.ONE);
  }

  /** The same for as many terms as an analysis tells, int64. */
  public static TermWeighting of(Statistic vocabSize) {
    return new TermWeighting(-1, vocabSize, Smoothing.SMOOTH, Baseline.ONE);
  }

  /** The same with other smoothing. */
  public TermWeighting withSmoothing(Smoothing other) {
    return new TermWeighting(vocabSize, computedVocabSize, other, baseline);
  }

  /** The same with another baseline. */
  public TermWeighting withBaseline(Baseline other) {
    return new TermWeighting(vocabSize, computedVocabSize, smoothing, other);
  }
}
