// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** A filter does not parse, or does not fit the columns. The message has the filter and a caret. */
public final class FilterException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final int position;

  FilterException(String reason, String filter, int position) {
    super(FilterText.message(reason, filter, position));
    this.reason = reason;
    this.position = position;
  }

  /** What is wrong, on one line. */
  public String reason() {
    return reason;
  }

  /** Where in the filter, in characters of Java from 0 on. */
  public int position() {
    return position;
  }
}
