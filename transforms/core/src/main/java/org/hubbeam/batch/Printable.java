// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Text of others for people's eyes. Names in archives and modules, answers of servers and values of
 * records may have characters that a terminal obeys, that reorder a line, or that begin a new one.
 * They are written as {@code \}{@code u001b}, which stays right within JSON, too.
 */
@Internal
public final class Printable {
  /** All that there are: to look for breaks with blanks around takes long among many blanks. */
  private static final Pattern BLANKS = Pattern.compile("[\\s\\x85\\u2028\\u2029]++");

  private static final Pattern BREAK = Pattern.compile("\\R");

  private Printable() {}

  /** A text of several lines: line breaks and tabs stay. */
  public static String text(String text) {
    return escaped(text, false);
  }

  /** A name, a value or a message on one line. */
  public static String line(String text) {
    return escaped(text, true);
  }

  /** A message of several lines on one: {@code |} stands for each break and the blanks around. */
  public static String joined(String text) {
    String lines =
        BLANKS
            .matcher(text.strip())
            .replaceAll(blanks -> BREAK.matcher(blanks.group()).find() ? " | " : "$0");
    return line(lines);
  }

  /** A time in seconds: {@code 10 s}, {@code 0.5 s}. */
  public static String seconds(Duration time) {
    long millis = time.toMillis();
    return (millis % 1000 == 0 ? "" + millis / 1000 : "" + millis / 1000.0) + " s";
  }

  private static String escaped(String text, boolean oneLine) {
    int first = 0;
    while (first < text.length() && stays(text, first, oneLine)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16).append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      if (stays(text, i, oneLine)) {
        escaped.append(text.charAt(i));
      } else {
        escaped.append(String.format("\\u%04x", (int) text.charAt(i)));
      }
    }
    return escaped.toString();
  }

  private static boolean stays(String text, int at, boolean oneLine) {
    char c = text.charAt(at);
    if (c >= ' ' && c < 0x7f) {
      return true;
    }
    if (c == '\n' || c == '\t') {
      return !oneLine;
    }
    if (c == '\r') {
      return !oneLine && at + 1 < text.length() && text.charAt(at + 1) == '\n';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      // The joiners are parts of words and of pictures.
      case Character.FORMAT -> c == '\u200c' || c == '\u200d' || c == '\u00ad' || isNumberSign(c);
      case Character.SURROGATE -> !isTag(text, at);
      default -> true;
    };
  }

  private static boolean isNumberSign(char c) {
    return c >= '\u0600' && c <= '\u0605' || c == '\u06dd' || c == '\u070f' || c == '\u08e2';
  }

  /** Whether this is half of one of Unicode's invisible tags, U+E0000 to U+E007F. */
  private static boolean isTag(String text, int at) {
    char c = text.charAt(at);
    boolean high = Character.isHighSurrogate(c);
    int other = high ? at + 1 : at - 1;
    if (other < 0 || other >= text.length()) {
      return false;
    }
    char pair = text.charAt(other);
    int point = high ? Character.toCodePoint(c, pair) : Character.toCodePoint(pair, c);
    return Character.isSurrogatePair(high ? c : pair, high ? pair : c)
        && point >= 0xe0000
        && point <= 0xe007f;
  }
}
