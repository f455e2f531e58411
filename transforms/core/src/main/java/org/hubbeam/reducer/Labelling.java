// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.hubbeam.batch.Internal;

/** Whether tokens come with labels that they may tell something about. */
@Internal
public enum Labelling {
  /** There are none. */
  NONE,
  /**
   * The last input is a column of labels, integers from 0 up: dense, one for each row or (for dense
   * tokens) one for each token; or of variable length, any number for a row.
   */
  LABELLED
}
