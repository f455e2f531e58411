// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.jspecify.annotations.Nullable;

/** Which value of a second column (a weight, a key, a label) belongs to each value of the first. */
final class Pairing {

  private Pairing() {}

  /**
   * The position in {@code other} for each value of {@code x}; null where it is its own. {@code
   * other} is built as {@code x} is, value for value, or has one value for each row.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static int @Nullable [] indices(Array x, Array other, String role) {
    if (isBuiltAs(x, other)) {
      return null;
    }
    if (other instanceof Array.Dense
        && other.rows() == x.rows()
        && other.values().size() == x.rows()) {
      return rows(x);
    }
    throw new IllegalArgumentException(
        "the "
            + role
            + " must be built as the values are, or have one value a row: "
            + x.spec("x").type()
            + ", "
            + other.spec(role));
  }

  private static boolean isBuiltAs(Array x, Array other) {
    if (!x.dims().equals(other.dims()) || x.values().size() != other.values().size()) {
      return false;
    }
    if (x instanceof Array.Ragged a) {
      return other instanceof Array.Ragged b && sameSplits(a.rowSplits(), b.rowSplits());
    }
    if (x instanceof Array.Sparse a) {
      return other instanceof Array.Sparse b && Arrays.equals(a.indices(), b.indices());
    }
    return other instanceof Array.Dense;
  }

  private static boolean sameSplits(List<int[]> one, List<int[]> two) {
    return Arrays.deepEquals(one.toArray(), two.toArray());
  }

  /** The row of every value. */
  static int[] rows(Array x) {
    int[] rows = new int[x.values().size()];
    if (x instanceof Array.Dense dense) {
      int width = dense.rowSize();
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i / width;
      }
    } else if (x instanceof Array.Sparse sparse) {
      int rank = sparse.dims().size();
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (int) sparse.indices()[i * rank];
      }
    } else {
      Array.Ragged ragged = (Array.Ragged) x;
      for (int row = 0; row < ragged.rows(); row++) {
        Arrays.fill(rows, start(ragged, row), start(ragged, row + 1), row);
      }
    }
    return rows;
  }

  private static int start(Array.Ragged ragged, int row) {
    int at = row;
    for (int[] splits : ragged.rowSplits()) {
      at = splits[at];
    }
    return at * ragged.innerSize();
  }
}
