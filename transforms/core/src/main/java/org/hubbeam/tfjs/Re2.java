// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of RE2 as one of JavaScript with the flag {@code u}. The syntax is that of
 * <a href="https://github.com/google/re2/wiki/Syntax">RE2</a>.
 */
final class Re2 {

  private static final Pattern REPEATS = Pattern.compile("\\{(\\d+)(,(\\d*))?\\}");
  private static final int MOST_REPEATS = 1000;

  private final String pattern;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Flags> scopes = new ArrayDeque<>();
  private Flags flags = new Flags(false, false, false, false);
  private int at;
  private int groups;
  private boolean plain = true;

  private record Flags(boolean fold, boolean dotAll, boolean lines, boolean lazy) {
    Flags with(char flag, boolean value) {
      return switch (flag) {
        case 'i' -> new Flags(value, dotAll, lines, lazy);
        case 's' -> new Flags(fold, value, lines, lazy);
        case 'm' -> new Flags(fold, dotAll, value, lazy);
        case 'U' -> new Flags(fold, dotAll, lines, value);
        default -> throw new IllegalArgumentException("the flag '" + flag + "' is not RE2's");
      };
    }
  }

  /**
   * A translated pattern.
   *
   * @param source of a RegExp with the flag {@code u}
   * @param groups how many groups it captures
   * @param plain whether it means the same without the flag
   */
  record Translated(String source, int groups, boolean plain) {}

  private Re2(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Translates a pattern.
   *
   * @throws IllegalArgumentException when it is not RE2's, or has no counterpart; says why
   */
  static Translated translate(String pattern) {
    Re2 re2 = new Re2(pattern);
    re2.run();
    return new Translated(re2.out.toString(), re2.groups, re2.plain);
  }

  /**
   * Translates what stands for a match: {@code \1} to {@code $01}.
   *
   * @throws IllegalArgumentException when it is not RE2's, or names a group that there is not
   */
  static String rewrite(String rewrite, int groups) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < rewrite.length(); i++) {
      char c = rewrite.charAt(i);
      if (c == '$') {
        out.append("$$");
      } else if (c != '\\') {
        out.append(c);
      } else {
        i++;
        char next = i < rewrite.length() ? rewrite.charAt(i) : ' ';
        if (next == '\\') {
          out.append('\\');
        } else if (next == '0') {
          out.append("$&");
        } else if (next >= '1' && next <= '9' && next - '0' <= groups) {
          out.append("$0").append(next);
        } else {
          throw new IllegalArgumentException(
              "the rewrite '" + rewrite + "' names what the pattern does not capture");
        }
      }
    }
    return out.toString();
  }

  private void run() {
    boolean repeatable = false;
    while (at < pattern.length()) {
      int c = pattern.codePointAt(at);
      switch (c) {
        case '*', '+', '?' -> {
          require(repeatable, "repeats nothing");
          at++;
          out.appendCodePoint(c);
          greed();
          repeatable = false;
          continue;
        }
        case '{' -> {
          if (repeats()) {
            require(repeatable, "repeats nothing");
            greed();
            repeatable = false;
            continue;
          }
          at++;
          literal(c);
        }
        case '(' -> {
          repeatable = false;
          open();
          continue;
        }
        case ')' -> {
          require(!scopes.isEmpty(), "closes a group that is not open");
          flags = scopes.pop();
          at++;
          out.append(')');
        }
        case '|' -> {
          at++;
          out.append('|');
          repeatable = false;
          continue;
        }
        case '^' -> anchor(flags.lines() ? "(?<![^\\n])" : "^");
        case '$' -> anchor(flags.lines() ? "(?![^\\n])" : "$");
        case '.' -> {
          at++;
          plain = false;
          out.append(flags.dotAll() ? "[^]" : "[^\\n]");
        }
        case '[' -> characterClass();
        case '\\' -> escape();
        default -> {
          at += Character.charCount(c);
          literal(c);
        }
      }
      repeatable = true;
    }
    require(scopes.isEmpty(), "leaves a group open");
  }

  private void anchor(String translated) {
    at++;
    out.append("(?:").append(translated).append(')');
  }

  private void greed() {
    boolean lazy = at < pattern.length() && pattern.charAt(at) == '?';
    if (lazy) {
      at++;
    }
    if (lazy != flags.lazy()) {
      out.append('?');
    }
    require(
        at >= pattern.length() || "*+?".indexOf(pattern.charAt(at)) < 0, "repeats a repetition");
  }

  private boolean repeats() {
    Matcher matcher = REPEATS.matcher(pattern);
    if (!matcher.find(at) || matcher.start() != at) {
      return false;
    }
    int least = count(matcher.group(1));
    String most = matcher.group(3);
    int last = most == null || most.isEmpty() ? least : count(most);
    require(last >= least, "has a repetition from more to less");
    out.append(matcher.group());
    at = matcher.end();
    return true;
  }

  private int count(String digits) {
    require(digits.length() < 5 && Integer.parseInt(digits) <= MOST_REPEATS, "repeats too often");
    return Integer.parseInt(digits);
  }

  private void open() {
    if (!pattern.startsWith("(?", at)) {
      at++;
      groups++;
      out.append('(');
      scopes.push(flags);
      return;
    }
    int name = pattern.startsWith("(?P<", at) ? 4 : pattern.startsWith("(?<", at) ? 3 : 0;
    if (name > 0) {
      int end = pattern.indexOf('>', at);
      require(
          end > 0 && pattern.substring(at + name, end).matches("\\w+"), "names a group wrongly");
      at = end + 1;
      groups++;
      out.append('(');
      scopes.push(flags);
      return;
    }
    at += 2;
    Flags changed = flags;
    boolean value = true;
    while (true) {
      require(at < pattern.length(), "leaves a group open");
      char c = pattern.charAt(at++);
      if (c == ')') {
        flags = changed;
        return;
      }
      if (c == ':') {
        scopes.push(flags);
        flags = changed;
        out.append("(?:");
        return;
      }
      if (c == '-') {
        value = false;
      } else {
        changed = changed.with(c, value);
      }
    }
  }

  private void literal(int c) {
    if (flags.fold()) {
      Set<Integer> variants = CaseFolds.of(c);
      if (variants.size() > 1) {
        plain &= c < 0x80;
        out.append('[');
        variants.forEach(v -> out.append(inClass(v)));
        out.append(']');
        return;
      }
    }
    plain &= c < 0x10000;
    out.append(outside(c));
  }

  private static String outside(int c) {
    return "^$\\.*+?()[]{}|/".indexOf(c) >= 0 && c < 0x80 ? "\\" + (char) c : shown(c);
  }

  private static String inClass(int c) {
    return "\\]-[^{}/".indexOf(c) >= 0 && c < 0x80 ? "\\" + (char) c : shown(c);
  }

  private static String shown(int c) {
    if (c < 0x20 || c == 0x7f) {
      return String.format(Locale.ROOT, "\\x%02x", c);
    }
    boolean unseen = c == 0x2028 || c == 0x2029 || c >= 0xd800 && c < 0xe000;
    return unseen ? String.format(Locale.ROOT, "\\u%04x", c) : Character.toString(c);
  }

  private void escape() {
    require(at + 1 < pattern.length(), "ends in a backslash");
    char c = pattern.charAt(at + 1);
    switch (c) {
      case 'A' -> {
        at++;
        anchor("^");
      }
      case 'z' -> {
        at++;
        anchor("$");
      }
      case 'b', 'B' -> {
        at += 2;
        out.append("\\").append(c);
      }
      case 'Q' -> {
        int end = pattern.indexOf("\\E", at);
        String quoted = pattern.substring(at + 2, end < 0 ? pattern.length() : end);
        quoted.codePoints().forEach(this::literal);
        at = end < 0 ? pattern.length() : end + 2;
      }
      case 'C' -> throw new IllegalArgumentException("matches single bytes (\\C)");
      default -> {
        String set = perlClass(c);
        if (set != null) {
          at += 2;
          out.append('[').append(set).append(']');
        } else if (c == 'p' || c == 'P') {
          plain = false;
          out.append(property());
        } else {
          literal(character());
        }
      }
    }
  }

  /** What a class of one letter is made of; null for other letters. */
  private @Nullable String perlClass(char c) {
    if (c == 'D' || c == 'W' || c == 'S') {
      plain = false;
    }
    return Re2Classes.perl(c);
  }

  private String property() {
    boolean negated = pattern.charAt(at + 1) == 'P';
    at += 2;
    require(at < pattern.length(), "ends in a backslash");
    String name;
    if (pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      require(end > 0, "leaves a name of Unicode open");
      name = pattern.substring(at + 1, end);
      at = end + 1;
    } else {
      name = pattern.substring(at, at + 1);
      at++;
    }
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    return (negated ? "\\P{" : "\\p{") + Re2Classes.unicode(name) + "}";
  }

  /** The character that an escape means. */
  private int character() {
    char c = pattern.charAt(at + 1);
    at += 2;
    int known = "aftnrv".indexOf(c);
    if (known >= 0) {
      return "\u0007\f\t\n\r\u000b".charAt(known);
    }
    if (c == 'x') {
      return hexadecimal();
    }
    if (c >= '0' && c <= '7') {
      int end = at;
      while (end < pattern.length()
          && end < at + 2
          && "01234567".indexOf(pattern.charAt(end)) >= 0) {
        end++;
      }
      require(c == '0' || end > at, "refers to a group");
      int value = Integer.parseInt(pattern.substring(at - 1, end), 8);
      at = end;
      return value;
    }
    require(
        c < 0x80 && !Character.isLetterOrDigit(c) || c >= 0x80, "has the unknown escape \\" + c);
    int point = pattern.codePointAt(at - 1);
    at += Character.charCount(point) - 1;
    return point;
  }

  private int hexadecimal() {
    int end;
    String digits;
    if (at < pattern.length() && pattern.charAt(at) == '{') {
      end = pattern.indexOf('}', at);
      require(end > 0, "leaves \\x{ open");
      digits = pattern.substring(at + 1, end);
      at = end + 1;
    } else {
      end = Math.min(pattern.length(), at + 2);
      digits = pattern.substring(at, end);
      at = end;
      require(digits.length() == 2, "has too short a \\x");
    }
    require(digits.matches("[0-9A-Fa-f]{1,6}"), "has a wrong \\x");
    int value = Integer.parseInt(digits, 16);
    require(value <= Character.MAX_CODE_POINT, "has a wrong \\x");
    return value;
  }

  private void characterClass() {
    at++;
    out.append('[');
    boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
    if (negated) {
      at++;
      plain = false;
      out.append('^');
    }
    boolean first = true;
    while (true) {
      require(at < pattern.length(), "leaves a class open");
      if (pattern.charAt(at) == ']' && !first) {
        at++;
        break;
      }
      first = false;
      if (!posixClass() && !escapedClass()) {
        range();
      }
    }
    out.append(']');
  }

  private boolean posixClass() {
    if (!pattern.startsWith("[:", at)) {
      return false;
    }
    int end = pattern.indexOf(":]", at + 2);
    if (end < 0) {
      return false;
    }
    String name = pattern.substring(at + 2, end);
    String set = Re2Classes.posix(name);
    require(set != null, "has the unknown class [:" + name + ":]");
    plain &= !name.startsWith("^");
    at = end + 2;
    out.append(set);
    return true;
  }

  private boolean escapedClass() {
    if (pattern.charAt(at) != '\\' || at + 1 >= pattern.length()) {
      return false;
    }
    char c = pattern.charAt(at + 1);
    String set = perlClass(c);
    if (set != null) {
      at += 2;
      out.append(set);
      return true;
    }
    if (c == 'p' || c == 'P') {
      plain = false;
      out.append(property());
      return true;
    }
    return false;
  }

  private void range() {
    int low = classCharacter();
    int high = low;
    if (at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
      at++;
      high = classCharacter();
      require(high >= low, "has a range from more to less");
    }
    plain &= high < 0x10000;
    if (flags.fold()) {
      require(high - low < 0x500, "folds the case of a wide range");
      TreeSet<Integer> all = new TreeSet<>();
      for (int c = low; c <= high; c++) {
        all.addAll(CaseFolds.of(c));
      }
      all.forEach(c -> out.append(inClass(c)));
      return;
    }
    out.append(inClass(low));
    if (high > low) {
      out.append('-').append(inClass(high));
    }
  }

  private int classCharacter() {
    require(at < pattern.length(), "leaves a class open");
    int c = pattern.codePointAt(at);
    if (c == '\\') {
      require(at + 1 < pattern.length(), "ends in a backslash");
      return character();
    }
    at += Character.charCount(c);
    return c;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
