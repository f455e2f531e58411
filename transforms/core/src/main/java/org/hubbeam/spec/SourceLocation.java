// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import org.jspecify.annotations.Nullable;

/**
 * Where something is written.
 *
 * @param where to be read by people: {@code spec.yaml:7:12}, {@code outputs.y.x}
 * @param excerpt the line with a caret below the location; empty where there is no line
 */
record SourceLocation(String where, String excerpt) {

  /** Nowhere in particular. */
  static final SourceLocation NONE = new SourceLocation("", "");

  /**
   * A location in a text.
   *
   * @param source the text's name
   * @param text all of it
   * @param offset in characters; may be the text's end
   */
  static SourceLocation of(String source, String text, int offset) {
    int start = text.lastIndexOf('\n', offset - 1) + 1;
    int end = text.indexOf('\n', offset);
    int line = 1 + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
    String shown = text.substring(start, end < 0 ? text.length() : end).stripTrailing();
    String indent = text.substring(start, offset).replaceAll("[^\t]", " ");
    String name = source.isEmpty() ? "" : source + ":";
    return new SourceLocation(
        name + line + ":" + (offset - start + 1), "  " + shown + "\n  " + indent + "^");
  }

  /** What is wrong here. */
  SpecException error(String message) {
    return error(message, null);
  }

  /** What is wrong here, and what said so. */
  SpecException error(String message, @Nullable Throwable cause) {
    String text = where.isEmpty() ? message : where + ": " + message;
    return new SpecException(excerpt.isEmpty() ? text : text + "\n" + excerpt, cause);
  }
}
