// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

/**
 * The lengths of n-grams.
 *
 * @param shortest the smallest number of tokens, at least 1
 * @param longest the largest number of tokens
 */
public record NgramRange(int shortest, int longest) {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when {@code shortest} is below 1 or above {@code longest}
   */
  public NgramRange {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "ngram_range must begin at 1 or more and not fall; it is " + shortest + " to " + longest);
    }
  }

  /** N-grams of exactly this many tokens. */
  public static NgramRange of(int size) {
    return new NgramRange(size, size);
  }
}
