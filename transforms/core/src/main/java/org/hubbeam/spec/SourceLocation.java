// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.function.Supplier;
import org.hubbeam.batch.Printable;
import org.jspecify.annotations.Nullable;

/** Where something is written. The text is only looked at when something is wrong there. */
final class SourceLocation {
  private static final int LONGEST_MESSAGE = 1000;
  private static final int LONGEST_EXCERPT = 120;

  /** Nowhere in particular. */
  static final SourceLocation NONE = at("");

  private final Supplier<Place> place;

  private SourceLocation(Supplier<Place> place) {
    this.place = place;
  }

  /**
   * A place to be read by people.
   *
   * @param where {@code spec.yaml:7:12}, {@code outputs.y.x}
   * @param excerpt the line with a caret below the location; empty where there is no line
   */
  private record Place(String where, String excerpt) {}

  /** A location that has only a name. */
  static SourceLocation at(String where) {
    return new SourceLocation(() -> new Place(where, ""));
  }

  /**
   * A location in a text.
   *
   * @param source the text's name
   * @param text all of it
   * @param offset in characters; may be the text's end
   */
  static SourceLocation of(String source, String text, int offset) {
    return of(source, text, () -> offset);
  }

  /** A location in a text, whose offset takes time to find. */
  static SourceLocation of(String source, String text, Supplier<Integer> offset) {
    return new SourceLocation(() -> place(source, text, offset.get()));
  }

  private static Place place(String source, String text, int offset) {
    int start = text.lastIndexOf('\n', offset - 1) + 1;
    int end = text.indexOf('\n', offset);
    long line = 1 + text.substring(0, start).chars().filter(c -> c == '\n').count();
    int from = Math.max(start, offset - LONGEST_EXCERPT);
    int to = Math.min(end < 0 ? text.length() : end, offset + LONGEST_EXCERPT);
    String shown = text.substring(from, to).stripTrailing();
    String indent = text.substring(from, offset).replaceAll("[^\t]", " ");
    String name = source.isEmpty() ? "" : source + ":";
    return new Place(
        name + line + ":" + (offset - start + 1), "  " + shown + "\n  " + indent + "^");
  }

  /** What is wrong here. */
  SpecException error(String message) {
    return error(message, null);
  }

  /** What is wrong here, and what said so. */
  SpecException error(String message, @Nullable Throwable cause) {
    Place found = place.get();
    String said = Printable.joined(message);
    if (said.length() > LONGEST_MESSAGE) {
      said = said.substring(0, LONGEST_MESSAGE) + " ...";
    }
    String text = found.where.isEmpty() ? said : found.where + ": " + said;
    return new SpecException(found.excerpt.isEmpty() ? text : text + "\n" + found.excerpt, cause);
  }
}
