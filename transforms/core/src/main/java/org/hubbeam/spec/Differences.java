// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a name with hyphens can be that nothing has as a whole: a difference. */
final class Differences {

  private static final int ENOUGH = 2;

  private Differences() {}

  /**
   * The ways to read a name as a difference of two or more names and numbers; at most two of them.
   *
   * @param known whether something has a name
   */
  static List<List<String>> of(String name, Predicate<String> known) {
    List<List<String>> ways = new ArrayList<>();
    cut(name, known, List.of(), ways);
    return ways;
  }

  private static void cut(
      String rest, Predicate<String> known, List<String> before, List<List<String>> ways) {
    for (int end = rest.indexOf('-'); end >= 0; end = rest.indexOf('-', end + 1)) {
      if (ways.size() < ENOUGH && isOperand(rest.substring(0, end), known)) {
        cut(rest.substring(end + 1), known, with(before, rest.substring(0, end)), ways);
      }
    }
    if (!before.isEmpty() && ways.size() < ENOUGH && isOperand(rest, known)) {
      ways.add(with(before, rest));
    }
  }

  private static boolean isOperand(String piece, Predicate<String> known) {
    return known.test(piece) || ExpressionScanner.isNumber(piece);
  }

  private static List<String> with(List<String> pieces, String more) {
    List<String> all = new ArrayList<>(pieces);
    all.add(more);
    return all;
  }

  /** What is said of a name that can be read in two ways. */
  static String ambiguous(String name, List<List<String>> ways) {
    return "'"
        + name
        + "' can be "
        + String.join(" - ", ways.get(0))
        + " or "
        + String.join(" - ", ways.get(1))
        + ": write it with blanks around each minus";
  }
}
