// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the words that may have been meant by one that is unknown. */
@Internal
public final class Suggestion {

  private static final int MOST = 3;

  private Suggestion() {}

  /**
   * At most three words that are similar to an unknown one, the most similar first. Upper and lower
   * case, {@code -} and {@code _} do not count.
   */
  public static List<String> to(String word, Collection<String> words) {
    String plain = plain(word);
    int most = plain.length() <= 3 ? 1 : plain.length() / 3;
    int closest =
        words.stream().mapToInt(other -> distance(plain, plain(other))).min().orElse(most + 1);
    return words.stream()
        .distinct()
        .map(other -> new Candidate(other, distance(plain, plain(other))))
        .filter(c -> c.distance <= (closest == 0 ? 0 : most))
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
        .limit(MOST)
        .map(Candidate::word)
        .toList();
  }

  /** {@code ; did you mean a, b or c?} for similar words; empty if there are none. */
  public static String meant(String word, Collection<String> words) {
    return meant(to(word, words));
  }

  /** {@code ; did you mean a, b or c?}; empty for no words. */
  public static String meant(List<String> near) {
    if (near.isEmpty()) {
      return "";
    }
    int last = near.size() - 1;
    String others = String.join(", ", near.subList(0, last));
    return "; did you mean " + (others.isEmpty() ? "" : others + " or ") + near.get(last) + "?";
  }

  private record Candidate(String word, int distance) {}

  private static String plain(String word) {
    return word.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  /** A word that starts with or ends in the other one is as near as one with a wrong letter. */
  private static int distance(String a, String b) {
    boolean part = a.length() >= 3 && (b.startsWith(a) || b.endsWith(a));
    boolean longer = b.length() >= 4 && a.startsWith(b);
    int edits = edits(a, b);
    return part || longer ? Math.min(edits, 1) : edits;
  }

  /**
   * How many letters must be put in, left out, replaced or swapped with their neighbour to make one
   * word of the other.
   */
  private static int edits(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        rows[i][j] =
            Math.min(
                rows[i - 1][j - 1] + (same ? 0 : 1), Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }
}
