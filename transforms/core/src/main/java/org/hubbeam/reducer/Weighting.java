// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

/** Whether values are weighted. */
public enum Weighting {
  /** Every value has the weight 1. */
  NONE,
  /**
   * The input after the values is a column of weights: one for each value, or one for each row.
   * Values whose weight is zero, negative or NaN are ignored.
   */
  WEIGHTED
}
