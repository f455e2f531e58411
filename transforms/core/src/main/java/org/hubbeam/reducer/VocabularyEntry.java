// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.Comparator;
import org.hubbeam.batch.Internal;

/** A token and by what it was chosen: frequency, weight or information. */
@Internal
public final class VocabularyEntry {

  /** The highest score first; equal ones by their bytes, the greatest first. */
  public static final Comparator<VocabularyEntry> BY_SCORE =
      (one, two) -> {
        int scores = Double.compare(two.score, one.score);
        if (scores != 0) {
          return scores;
        }
        int starts = Long.compareUnsigned(two.start, one.start);
        return starts != 0 ? starts : Arrays.compareUnsigned(two.token, one.token);
      };

  private final double score;
  private final byte[] token;

  /** The first eight bytes, as zero where there are fewer: most tokens differ there. */
  private final long start;

  /**
   * An entry.
   *
   * @param token its bytes, not to be changed
   */
  public VocabularyEntry(double score, byte[] token) {
    this.score = score;
    this.token = token;
    this.start = start(token);
  }

  private static long start(byte[] token) {
    long start = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      start = start << Byte.SIZE | (i < token.length ? token[i] & 0xff : 0);
    }
    return start;
  }

  /** By what the token was chosen. */
  public double score() {
    return score;
  }

  /** The bytes of the token, not to be changed. */
  public byte[] token() {
    return token;
  }

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
