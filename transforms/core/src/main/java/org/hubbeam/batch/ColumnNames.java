// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

/** The names of the features that a column of several features is written as. */
final class ColumnNames {

  private ColumnNames() {}

  static String raggedValues(String column) {
    return column + "$ragged_values";
  }

  /** The lengths of the lists at a level inside the row; the first level is 1. */
  static String rowLengths(String column, int level) {
    return column + "$row_lengths_" + level;
  }

  static String sparseValues(String column) {
    return column + "$sparse_values";
  }

  /** The positions along a dimension of the row; the first is 0. */
  static String sparseIndices(String column, int dim) {
    return column + "$sparse_indices_" + dim;
  }
}
