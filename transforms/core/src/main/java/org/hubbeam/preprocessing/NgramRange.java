package org.hubbeam.preprocessing;

/**
 * How many tokens the n-grams have.
 *
 * @param shortest the fewest, at least 1
 * @param longest the most
 */
public record NgramRange(int shortest, int longest) {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when it falls or begins below 1
   */
  public NgramRange {
    if (shortest < 1 || longest < shortest) {
      throw new IllegalArgumentException(
          "ngram_range must begin at 1 or more and not fall; it is " + shortest + " to " + longest);
    }
  }

  /** N-grams of exactly so many tokens. */
  public static NgramRange of(int size) {
    return new NgramRange(size, size);
  }
}
