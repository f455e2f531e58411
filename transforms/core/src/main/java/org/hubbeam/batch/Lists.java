// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.List;

/** Lists of different lengths, ragged or as the first values of the rows of a sparse array. */
final class Lists {

  private Lists() {}

  static Array.Sparse sparse(Array.Ragged lists) {
    if (lists.rowSplits().size() > 1 || !lists.inner().isEmpty()) {
      throw new IllegalStateException(
          "only plain lists can be sparse, not " + new Shape(lists.dims()));
    }
    int[] rowSplits = lists.rowSplits().get(0);
    Values values = lists.values();
    long[] indices = new long[2 * values.size()];
    int longest = 0;
    int at = 0;
    for (int row = 0; row + 1 < rowSplits.length; row++) {
      int length = rowSplits[row + 1] - rowSplits[row];
      longest = Math.max(longest, length);
      for (int i = 0; i < length; i++) {
        indices[at++] = row;
        indices[at++] = i;
      }
    }
    return new Array.Sparse(List.of(rowSplits.length - 1L, (long) longest), indices, values);
  }

  static Array.Ragged ragged(Array.Sparse sparse) {
    if (sparse.dims().size() != 2) {
      throw new IllegalStateException(
          "only a sparse array of two dimensions can be lists, not " + new Shape(sparse.dims()));
    }
    long[] indices = sparse.indices();
    int[] splits = new int[sparse.rows() + 1];
    int row = 0;
    int start = 0;
    for (int value = 0; value < sparse.values().size(); value++) {
      while (row < indices[2 * value]) {
        splits[++row] = value;
        start = value;
      }
      if (indices[2 * value] != row || indices[2 * value + 1] != value - start) {
        throw new IllegalStateException(
            "the values of row "
                + indices[2 * value]
                + " of a sparse array are not its first ones: one is at "
                + indices[2 * value + 1]
                + " where "
                + (value - start)
                + " is expected; lists have to be left-aligned");
      }
    }
    while (row < sparse.rows()) {
      splits[++row] = sparse.values().size();
    }
    return Array.Ragged.of(sparse.values(), splits);
  }
}
