// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Comparator;

/**
 * A row that was predicted wrongly.
 *
 * @param id the row
 * @param shown its text, cut off where it is long, or the name of its picture
 * @param truth the label or number that it has; for one of several labels, {@code not LABEL} where
 *     it does not have it
 * @param predicted the label or number that was predicted
 * @param error how confidently: the score of what was predicted; for numbers, how far away it is
 * @param truthScore the score of the label that it has; NaN for numbers
 */
public record Mistake(
    String id, String shown, String truth, String predicted, double error, double truthScore)
    implements Comparable<Mistake> {

  /** How many characters are shown. */
  private static final int SHOWN = 500;

  private static final Comparator<Mistake> ORDER =
      Comparator.comparingDouble(Mistake::error)
          .reversed()
          .thenComparing(Mistake::id)
          .thenComparing(Mistake::shown)
          .thenComparing(Mistake::truth)
          .thenComparing(Mistake::predicted)
          .thenComparingDouble(Mistake::truthScore);

  public Mistake {
    if (shown.codePointCount(0, shown.length()) > SHOWN) {
      shown = shown.substring(0, shown.offsetByCodePoints(0, SHOWN - 1)) + "\u2026";
    }
  }

  /** The most confident first. */
  @Override
  public int compareTo(Mistake other) {
    return ORDER.compare(this, other);
  }
}
