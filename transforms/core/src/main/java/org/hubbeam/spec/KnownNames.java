// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of columns and of other expressions, which are read as they are: also where they have
 * signs such as {@code /}, but not blanks, quotes, brackets, commas or comparisons.
 */
final class KnownNames {

  private static final Pattern UNQUOTED = Pattern.compile("[^\\s\"'()\\[\\]{},=<>]+");

  private final Set<String> plain = new HashSet<>();
  private final List<String> signed = new ArrayList<>();

  /** These names. */
  static KnownNames of(Collection<String> names) {
    KnownNames known = new KnownNames();
    names.forEach(known::add);
    return known;
  }

  /** Adds a name; one that is a number, or that must be written otherwise, is left out. */
  void add(String name) {
    if (UNQUOTED.matcher(name).matches() && !ExpressionScanner.isNumber(name)) {
      boolean isPlain = name.chars().allMatch(c -> ExpressionScanner.isNamePart((char) c));
      (isPlain ? plain : signed).add(name);
    }
  }

  boolean contains(String name) {
    return plain.contains(name) || signed.contains(name);
  }

  /**
   * Where the longest known name ends that a text has at a place; -1 if there is none.
   *
   * @param runEnd where the letters, digits and other signs of plain names end
   */
  int end(String text, int at, int runEnd) {
    int end = -1;
    for (int cut = runEnd; cut > at && end < 0; cut = text.lastIndexOf('-', cut - 1)) {
      if (plain.contains(text.substring(at, cut))) {
        end = cut;
      }
    }
    for (String name : signed) {
      int after = at + name.length();
      boolean ends = after >= text.length() || !ExpressionScanner.isWordPart(text.charAt(after));
      if (after > end && text.startsWith(name, at) && ends) {
        end = after;
      }
    }
    return end;
  }
}
