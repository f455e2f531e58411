package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.Comparator;

/**
 * A token and by what it was chosen: frequency, weight or information.
 *
 * @param token its bytes, not to be changed
 */
public record VocabularyEntry(double score, byte[] token) {

  /** The highest score first; equal ones by their bytes, the greatest first. */
  public static final Comparator<VocabularyEntry> BY_SCORE =
      (one, two) -> {
        int scores = Double.compare(two.score, one.score);
        return scores != 0 ? scores : Arrays.compareUnsigned(two.token, one.token);
      };

  @Override
  public boolean equals(Object other) {
    return other instanceof VocabularyEntry e
        && Double.compare(e.score, score) == 0
        && Arrays.equals(e.token, token);
  }

  @Override
  public int hashCode() {
    return 31 * Double.hashCode(score) + Arrays.hashCode(token);
  }

  @Override
  public String toString() {
    return score + " " + new String(token, java.nio.charset.StandardCharsets.UTF_8);
  }
}
