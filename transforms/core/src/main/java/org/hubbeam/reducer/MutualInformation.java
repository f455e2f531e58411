// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * Scores a token by its mutual information with labels, in bits times rows: the sum over labels of
 * {@code n * log2(n * N / (x * y))}, where n of the x occurrences of the token have the label that
 * y of N rows have; minus its expected value by chance, if adjusted.
 *
 * @param minDiffFromAvg the smallest difference between the count of a pair of token and label and
 *     its expected value {@code x * y / N}; other pairs are not added. {@link #AUTO} depends on the
 *     number of rows
 */
public record MutualInformation(Adjustment adjustment, double minDiffFromAvg)
    implements Serializable {

  /** 2 for up to 10,000 rows, rising to 25 for 1,000,000 and more. */
  public static final double AUTO = Double.NaN;

  private static final double LEAST_SHARE = 1e-6;
  private static final double NEGLIGIBLE = 1e-18;

  /** Whether the value expected by chance is subtracted. */
  public enum Adjustment {
    NONE,
    ADJUSTED
  }

  /**
   * Mutual information.
   *
   * @throws IllegalArgumentException for a negative difference
   */
  public MutualInformation {
    if (minDiffFromAvg < 0) {
      throw new IllegalArgumentException("min_diff_from_avg cannot be negative: " + minDiffFromAvg);
    }
  }

  /** The value of {@link #AUTO} for this number of rows. */
  public static int recommendedMinDiff(double rows) {
    return (int) Math.min(25, Math.max(2, (rows - 10_000) / (1_000_000 - 10_000) * 23 + 2));
  }

  /**
   * The score of one token: 0 if it is in every row, NaN if there are no rows.
   *
   * @throws IllegalArgumentException when the token occurs more often than there are rows, which
   *     means that a row repeats it
   */
  public double score(byte[] token, TokenStats stats, TokenStats rows) {
    double n = rows.total();
    double x = stats.total();
    if (n == 0) {
      return Double.NaN;
    }
    if (Math.rint(x) == Math.rint(n)) {
      return 0;
    }
    if (Math.rint(x) > Math.rint(n)) {
      throw new IllegalArgumentException(
          "the token '"
              + new String(token, StandardCharsets.UTF_8)
              + "' is there "
              + x
              + " times in "
              + n
              + " rows: with labels, a row must not repeat a token");
    }
    double least = Double.isNaN(minDiffFromAvg) ? recommendedMinDiff(n) : minDiffFromAvg;
    double information = 0;
    int own = 0;
    for (int i = 0; i < rows.size(); i++) {
      while (own < stats.size() && stats.label(own) < rows.label(i)) {
        own++;
      }
      boolean has = own < stats.size() && stats.label(own) == rows.label(i);
      double y = rows.sum(i);
      double both = share(has ? stats.sum(own) : 0, x) * x;
      if (y != 0 && !(Math.abs(x * y / n - both) < least)) {
        information += observed(both, x, y, n);
        information -= adjustment == Adjustment.ADJUSTED ? expected(x, y, n) : 0;
      }
    }
    return information;
  }

  /** The part of the occurrences that have the label, neither none nor all of them. */
  private static double share(double both, double x) {
    double share = x == 0 ? 0 : both / x;
    return Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share));
  }

  /** The contribution of one pair. */
  static double observed(double both, double x, double y, double n) {
    return both == 0 || x == 0 || y == 0
        ? 0
        : both * ((log2(both) + log2(n)) - (log2(x) + log2(y)));
  }

  /**
   * The expected contribution of one pair by chance: the mean over the hypergeometric distribution
   * of their count. Its probabilities are taken from its peak to both sides, until they no longer
   * matter.
   */
  static double expected(double x, double y, double n) {
    if (x == 0 || y == 0) {
      return 0;
    }
    long first = (long) Math.rint(Math.max(0, x + y - n));
    long last = (long) Math.rint(Math.min(x, y));
    long peak = Math.max(first, Math.min(last, (long) ((x + 1) * (y + 1) / (n + 2))));
    double factor = log2(n) - log2(x) - log2(y);
    double mass = 0;
    double sum = 0;
    double probability = 1;
    for (long k = peak; k <= last && probability > NEGLIGIBLE; k++) {
      mass += probability;
      sum += probability * told(k, factor);
      probability *= (x - k) * (y - k) / ((k + 1) * (n - x - y + k + 1));
    }
    probability = 1;
    for (long k = peak - 1; k >= first && probability > NEGLIGIBLE; k--) {
      probability *= (k + 1) * (n - x - y + k + 1) / ((x - k) * (y - k));
      mass += probability;
      sum += probability * told(k, factor);
    }
    return sum / mass;
  }

  private static double told(long k, double factor) {
    return k == 0 ? 0 : k * (factor + log2((double) k));
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
