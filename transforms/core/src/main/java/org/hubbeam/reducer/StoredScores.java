package org.hubbeam.reducer;

/** Whether a vocabulary's lines have the scores of their tokens. */
public enum StoredScores {
  /** A line is a token. */
  NONE,
  /** A line is a score, a blank and a token. */
  STORED,
  /** As stored, and every blank of a token is written as {@code __SPACE__}. */
  STORED_WITHOUT_BLANKS
}
