package org.hubbeam.reducer;

/** Whether values count by weights of their own. */
public enum Weighting {
  /** Every value counts once. */
  NONE,
  /**
   * A column of weights stands behind the values: built as they are, or with one weight for each
   * row. What has a weight of zero, below zero or NaN does not count.
   */
  WEIGHTED
}
