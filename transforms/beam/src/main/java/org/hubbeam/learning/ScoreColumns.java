// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import org.hubbeam.inference.RowIds;
import org.jspecify.annotations.Nullable;

/**
 * The columns of rows that have scores and labels.
 *
 * @param scores a number for each label, or one
 * @param labels what {@link LabelRows} has found
 * @param shown what a mistake shows; null for nothing
 * @param ids what rows are called
 */
record ScoreColumns(String scores, Labels labels, @Nullable String shown, RowIds ids) {

  /** The column of the labels of rows. */
  String label() {
    return FeatureColumns.inner(FeatureColumns.LABEL);
  }

  /** The column of the weights of rows; null where all count the same. */
  @Nullable String weight() {
    return labels.weights() == null ? null : FeatureColumns.inner(FeatureColumns.WEIGHT);
  }
}
