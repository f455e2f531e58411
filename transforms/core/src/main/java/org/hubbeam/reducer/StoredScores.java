// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

/** Whether the lines of a vocabulary contain scores. */
public enum StoredScores {
  /** A line is a token. */
  NONE,
  /** A line is a score, a space and a token. */
  STORED,
  /**
   * A line is a score, a space and a token, in which every space is written as {@code __SPACE__}.
   */
  STORED_WITHOUT_BLANKS
}
