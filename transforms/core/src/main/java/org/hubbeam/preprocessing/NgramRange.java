// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

/**
 * The lengths of n-grams.
 *
 * @param shortest the smallest number of tokens, at least 1
 * @param longest the largest number of tokens, at most 100
 */
public record NgramRange(int shortest, int longest) {
  private static final int LONGEST = 100;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when {@code shortest} is below 1 or above {@code longest}, or
   *     that is above 100
   */
  public NgramRange {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "ngram_range must begin at 1 or more and not fall; it is " + shortest + " to " + longest);
    }
    if (longest > LONGEST) {
      throw new IllegalArgumentException(
          "ngram_range must end at " + LONGEST + " or less; it is " + shortest + " to " + longest);
    }
  }

  /** N-grams of exactly this many tokens. */
  public static NgramRange of(int size) {
    return new NgramRange(size, size);
  }
}
