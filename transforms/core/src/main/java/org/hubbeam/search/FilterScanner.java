// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hubbeam.search.FilterToken.Kind;

/** Divides a filter into words. */
final class FilterScanner {

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,4})?");

  /** The longest first. */
  private static final List<String> SIGNS =
      List.of(
          "==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "!", "(", ")", ",", "[", "]");

  private static final int MOST_DIGITS = 400;

  private final String text;
  private final List<FilterToken> tokens = new ArrayList<>();
  private int at;

  private FilterScanner(String text) {
    this.text = text;
  }

  /** The words of a filter; the last is the end. */
  static List<FilterToken> tokens(String text) {
    FilterScanner scanner = new FilterScanner(text);
    while (scanner.skipBlanks()) {
      scanner.next();
    }
    scanner.tokens.add(new FilterToken(Kind.END, "", text.length(), null));
    return scanner.tokens;
  }

  private boolean skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length();
  }

  private void next() {
    int start = at;
    char c = text.charAt(at);
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (c == '\'' || c == '"') {
      String value = quoted(c);
      tokens.add(new FilterToken(Kind.TEXT, value, start, null));
    } else if (c == '`') {
      String value = quoted(c);
      tokens.add(new FilterToken(Kind.QUOTED_NAME, value, start, null));
    } else if (number.lookingAt()) {
      at = number.end();
      if (at - start > MOST_DIGITS) {
        throw error("a number has at most " + MOST_DIGITS + " digits", start);
      }
      if (at < text.length() && isNamePart(text.charAt(at))) {
        throw error("'" + text.substring(start, nameEnd()) + "' is not a number", start);
      }
      String digits = number.group();
      tokens.add(new FilterToken(Kind.NUMBER, digits, start, new BigDecimal(digits)));
    } else if (isNameStart(c)) {
      at = nameEnd();
      tokens.add(new FilterToken(Kind.NAME, text.substring(start, at), start, null));
    } else {
      tokens.add(new FilterToken(Kind.SIGN, sign(), start, null));
    }
  }

  private String sign() {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        at += sign.length();
        return sign;
      }
    }
    String found = text.substring(at, text.offsetByCodePoints(at, 1));
    throw error("'" + found + "' has no meaning in a filter", at);
  }

  private int nameEnd() {
    int end = at;
    while (end < text.length() && isNamePart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNameStart(char c) {
    return Character.isLetter(c) || Character.isSurrogate(c) || c == '_';
  }

  private static boolean isNamePart(char c) {
    return isNameStart(c) || Character.isDigit(c) || c == '.' || c == '-' || c == '/';
  }

  /** What is between quotes; a quote within is written twice, or behind a backslash. */
  private String quoted(char quote) {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && quote != '`' && at < text.length()) {
        value.append(escaped(text.charAt(at++)));
      } else if (c != quote) {
        value.append(c);
      } else if (at < text.length() && text.charAt(at) == quote) {
        value.append(quote);
        at++;
      } else {
        return value.toString();
      }
    }
    throw error("the quote that begins here does not end", start);
  }

  private static String escaped(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case '\\', '\'', '"' -> String.valueOf(c);
      default -> "\\" + c;
    };
  }

  private FilterException error(String reason, int position) {
    return new FilterException(reason, text, position);
  }
}
