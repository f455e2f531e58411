// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A word of a filter.
 *
 * @param kind of it
 * @param text as it is written; of a text in quotes or a name in backticks what is in them
 * @param at where it begins
 * @param number its value, if it is a number
 */
record FilterToken(Kind kind, String text, int at, @Nullable BigDecimal number) {

  /** What a word can be. */
  enum Kind {
    NAME,
    /** In backticks: never a word of the language. */
    QUOTED_NAME,
    TEXT,
    NUMBER,
    SIGN,
    END
  }

  /** Whether it is this word of the language, in upper or lower case. */
  boolean isWord(String word) {
    return kind == Kind.NAME && text.equalsIgnoreCase(word);
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  /** How it is named in a message. */
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case TEXT -> "the text '" + text + "'";
      case QUOTED_NAME -> "`" + text + "`";
      default -> "'" + text + "'";
    };
  }
}
