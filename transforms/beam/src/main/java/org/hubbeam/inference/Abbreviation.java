// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

/** Long texts cut for messages. */
final class Abbreviation {
  private static final int LONGEST = 1024;

  private Abbreviation() {}

  /** The text, or the beginning of it where it is longer than about 1 KB. */
  static String abbreviate(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = text.offsetByCodePoints(0, text.codePointCount(0, LONGEST) - 1);
    return text.substring(0, end) + "...";
  }
}
