// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Suggestions;

/** How a filter is shown in a message, with a caret below the place of the error. */
final class FilterText {

  /** How much of a long filter is shown before and behind the place. */
  private static final int AROUND = 60;

  private FilterText() {}

  /** The reason, the filter and the caret on three lines; of a long filter the part around it. */
  static String message(String reason, String filter, int position) {
    int from = Math.max(0, position - AROUND);
    int to = Math.min(filter.length(), position + AROUND);
    String before = (from > 0 ? "..." : "") + shown(filter.substring(from, position));
    String behind = shown(filter.substring(position, to)) + (to < filter.length() ? "..." : "");
    int width = before.codePointCount(0, before.length());
    return reason + "\n  " + before + behind + "\n  " + " ".repeat(width) + "^";
  }

  private static String shown(String part) {
    return Printable.line(part.replaceAll("\\s", " "));
  }

  /** What is said of a name that no column has. */
  static String unknown(String name, List<IndexColumn> columns) {
    List<String> names = new ArrayList<>();
    columns.forEach(column -> names.add(column.name()));
    return "there is no column '"
        + name
        + "'"
        + Suggestions.didYouMean(name, names)
        + (columns.isEmpty() ? "; the index has no columns" : "; there are " + all(columns));
  }

  private static String all(List<IndexColumn> columns) {
    List<String> shown = new ArrayList<>();
    columns.forEach(column -> shown.add(column.toString()));
    return String.join(", ", shown);
  }
}
