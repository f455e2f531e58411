// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.jspecify.annotations.Nullable;

/**
 * How terms are weighted by the number of documents that contain them (inverse document frequency).
 *
 * @param vocabSize the number of terms, including buckets for unknown terms; -1 when it is computed
 * @param computedVocabSize the number of terms as computed by an analyzer; null when {@code
 *     vocabSize} is given
 */
public record TermWeighting(
    long vocabSize, @Nullable Statistic computedVocabSize, Smoothing smoothing, Baseline baseline) {

  /** Whether document counts are smoothed by adding one. */
  public enum Smoothing {
    /** {@code ln((documents + 1) / (frequency + 1))}. */
    SMOOTH,
    /** {@code ln(documents / frequency)}: infinite for a term that is in no document. */
    NONE
  }

  /** The number added to the logarithm: 1 or 0. */
  public enum Baseline {
    ONE,
    NONE
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException when {@code vocabSize} is below 1 and not computed
   */
  public TermWeighting {
    if (computedVocabSize == null && vocabSize < 1) {
      throw new IllegalArgumentException("vocab_size must be 1 or more, not " + vocabSize);
    }
  }

  /** Smoothed weights with a baseline of 1, for this many terms. */
  public static TermWeighting of(long vocabSize) {
    return new TermWeighting(vocabSize, null, Smoothing.SMOOTH, Baseline.ONE);
  }

  /**
   * Smoothed weights with a baseline of 1, for a number of terms that an analyzer computes, int64.
   */
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
