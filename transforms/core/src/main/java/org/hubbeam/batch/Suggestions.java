// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds the words that were meant by one that is not known. */
@Internal
public final class Suggestions {

  private static final int MOST = 3;
  private static final int SHORTEST_PART = 3;

  private Suggestions() {}

  /**
   * Up to three known words, the nearest first: those with the fewest letters to change, up to a
   * third of them, and those that begin or end with the word, or the word with them. Upper and
   * lower case, {@code -} and {@code _} do not count; a word that differs in these alone is the
   * only one.
   *
   * @return empty where no word is near
   */
  public static List<String> nearest(String word, Collection<String> words) {
    Map<String, Integer> distances = new HashMap<>();
    int closest = (plain(word).length() + 2) / 3;
    for (String other : words) {
      int distance = distance(plain(word), plain(other));
      if (distance <= closest) {
        distances.put(other, distance);
      }
    }
    if (distances.containsValue(0)) {
      distances.values().removeIf(distance -> distance > 0);
    }
    return distances.keySet().stream()
        .sorted(Comparator.<String, Integer>comparing(distances::get).thenComparing(o -> o))
        .limit(MOST)
        .toList();
  }

  /**
   * What is said behind the word that is not known: {@code ; did you mean a, b or c?}
   *
   * @return empty where no word is near
   */
  public static String didYouMean(String word, Collection<String> words) {
    return didYouMean(nearest(word, words));
  }

  /**
   * What is said behind a word that is not known.
   *
   * @param nearest the words that may have been meant
   * @return empty where there is none
   */
  public static String didYouMean(List<String> nearest) {
    if (nearest.isEmpty()) {
      return "";
    }
    String last = nearest.get(nearest.size() - 1);
    List<String> others = nearest.subList(0, nearest.size() - 1);
    return "; did you mean "
        + (others.isEmpty() ? last : String.join(", ", others) + " or " + last)
        + "?";
  }

  private static String plain(String word) {
    String plain = word.replaceAll("[-_]", "");
    return (plain.isEmpty() ? word : plain).toLowerCase(Locale.ROOT);
  }

  private static int distance(String a, String b) {
    String part = a.length() < b.length() ? a : b;
    String whole = part.equals(a) ? b : a;
    boolean contained =
        part.length() >= SHORTEST_PART && (whole.startsWith(part) || whole.endsWith(part));
    return contained ? Math.min(1, edits(a, b)) : edits(a, b);
  }

  /** How many letters must be put in, left out, replaced or swapped with the next. */
  private static int edits(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int least = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
  }
}
