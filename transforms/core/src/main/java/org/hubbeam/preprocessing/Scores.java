// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;

/** Checks of the columns beside the values: weights and labels. */
final class Scores {

  private Scores() {}

  /**
   * Checks weights.
   *
   * @throws IllegalArgumentException when they are no numbers, or neither as the values nor one for
   *     each row
   */
  static void checkWeights(Column x, @Nullable Column weights) {
    if (weights == null) {
      return;
    }
    if (weights.dtype() == DType.STRING || weights.dtype() == DType.BOOL) {
      throw new IllegalArgumentException("weights must be numbers, not " + weights.dtype());
    }
    if (!(weights instanceof Column.Dense) && weights.layout() != x.layout()) {
      throw new IllegalArgumentException(
          "weights must be one for each value or one for each row: the values are "
              + x.spec("").type()
              + ", the weights "
              + weights.spec("").type());
    }
  }

  /**
   * Checks labels.
   *
   * @throws IllegalArgumentException when they are no integers
   */
  static void checkLabels(@Nullable Column labels) {
    if (labels != null && !labels.dtype().isInteger()) {
      throw new IllegalArgumentException(
          "mutual information takes labels that are integers, not " + labels.dtype());
    }
  }
}
