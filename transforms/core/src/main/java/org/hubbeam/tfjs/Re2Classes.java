// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The named classes of RE2, as what stands in a class of JavaScript with the flag {@code u}. */
final class Re2Classes {

  private static final Map<String, String> POSIX =
      Map.ofEntries(
          Map.entry("alnum", "0-9A-Za-z"),
          Map.entry("alpha", "A-Za-z"),
          Map.entry("ascii", "\\x00-\\x7f"),
          Map.entry("blank", "\\t "),
          Map.entry("cntrl", "\\x00-\\x1f\\x7f"),
          Map.entry("digit", "0-9"),
          Map.entry("graph", "!-~"),
          Map.entry("lower", "a-z"),
          Map.entry("print", " -~"),
          Map.entry("punct", "!-\\/:-@\\[-`\\{-~"),
          Map.entry("space", "\\t\\n\\v\\f\\r "),
          Map.entry("upper", "A-Z"),
          Map.entry("word", "0-9A-Za-z_"),
          Map.entry("xdigit", "0-9A-Fa-f"));

  /** What the complements of the ASCII classes are made of, in a class. */
  private static final Map<String, String> COMPLEMENTS =
      Map.ofEntries(
          Map.entry("alnum", "\\x00-\\/:-@\\[-`\\{-\\u{10ffff}"),
          Map.entry("alpha", "\\x00-@\\[-`\\{-\\u{10ffff}"),
          Map.entry("ascii", "\\x80-\\u{10ffff}"),
          Map.entry("blank", "\\x00-\\x08\\x0a-\\x1f!-\\u{10ffff}"),
          Map.entry("cntrl", " -~\\x80-\\u{10ffff}"),
          Map.entry("digit", "\\x00-\\/:-\\u{10ffff}"),
          Map.entry("graph", "\\x00- \\x7f-\\u{10ffff}"),
          Map.entry("lower", "\\x00-`\\{-\\u{10ffff}"),
          Map.entry("print", "\\x00-\\x1f\\x7f-\\u{10ffff}"),
          Map.entry("punct", "\\x00- 0-9A-Za-z\\x7f-\\u{10ffff}"),
          Map.entry("space", "\\x00-\\x08\\x0e-\\x1f!-\\u{10ffff}"),
          Map.entry("upper", "\\x00-@\\[-\\u{10ffff}"),
          Map.entry("word", "\\x00-\\/:-@\\[-\\^`\\{-\\u{10ffff}"),
          Map.entry("xdigit", "\\x00-\\/:-@G-`g-\\u{10ffff}"));

  private static final String SPACE = "\\t\\n\\f\\r ";
  private static final String NOT_SPACE = "\\x00-\\x08\\x0b\\x0e-\\x1f!-\\u{10ffff}";
  private static final Set<String> CATEGORIES =
      Set.of(
          "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
          "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk",
          "Sm", "So", "Z", "Zl", "Zp", "Zs");

  private Re2Classes() {}

  /** What a class of one letter after a backslash is made of; null for other letters. */
  static @Nullable String perl(char letter) {
    return switch (letter) {
      case 'd' -> POSIX.get("digit");
      case 'w' -> POSIX.get("word");
      case 's' -> SPACE;
      case 'D' -> COMPLEMENTS.get("digit");
      case 'W' -> COMPLEMENTS.get("word");
      case 'S' -> NOT_SPACE;
      default -> null;
    };
  }

  /** What {@code [:name:]} or {@code [:^name:]} is made of; null for other names. */
  static @Nullable String posix(String name) {
    return name.startsWith("^") ? COMPLEMENTS.get(name.substring(1)) : POSIX.get(name);
  }

  /**
   * What is said of a category or script of Unicode, such as {@code Lu} or {@code Greek}.
   *
   * @throws IllegalArgumentException when RE2 knows no such name
   */
  static String unicode(String name) {
    if (name.equals("Any") || CATEGORIES.contains(name)) {
      return name;
    }
    if (name.length() <= 2 || !name.matches("[A-Za-z_]+")) {
      throw new IllegalArgumentException("has the unknown name of Unicode '" + name + "'");
    }
    try {
      Character.UnicodeScript.forName(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has the unknown name of Unicode '" + name + "'", e);
    }
    return "Script=" + name;
  }
}
