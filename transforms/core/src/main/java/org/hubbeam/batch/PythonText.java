// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Comparator;

/** Text as Python compares and classifies it, where Java differs. */
@Internal
public final class PythonText {

  /**
   * Compares by code points, as Python does. The order of {@link String} differs where there are
   * characters outside the basic plane.
   */
  public static final Comparator<String> ORDER = PythonText::compare;

  private PythonText() {}

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean plain = Character.isSurrogate(x) == Character.isSurrogate(y);
        return plain ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** What {@code str.isalpha} says of one character. */
  public static boolean isLetter(int codePoint) {
    return Character.isLetter(codePoint);
  }

  /** What {@code str.isalnum} says of one character. */
  public static boolean isLetterOrNumber(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> isLetter(codePoint);
    };
  }

  /** What {@code str.isspace} says of one character. */
  public static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == '\u0085';
  }
}
