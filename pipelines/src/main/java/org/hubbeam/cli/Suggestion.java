// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the word that was meant. */
final class Suggestion {

  private Suggestion() {}

  /** The word with the fewest letters to change; empty when more than a third would have to. */
  static Optional<String> to(String word, Collection<String> words) {
    return words.stream()
        .filter(other -> edits(word, other) <= word.length() / 3)
        .min(Comparator.comparingInt(other -> edits(word, other)));
  }

  /** How many letters must be put in, left out or replaced to make one word of the other. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
