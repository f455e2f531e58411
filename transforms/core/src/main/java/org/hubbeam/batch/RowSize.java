// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.List;
import java.util.Optional;

/** How large the rows of a column may be that a file of others declares. */
@Internal
public final class RowSize {
  /** How many values a row has at most: 256 MiB of float32. */
  public static final long LARGEST = 1L << 26;

  private static final int MOST_DIMENSIONS = 32;

  private RowSize() {}

  /**
   * What is wrong with the shape of a row; empty if nothing is.
   *
   * @param dims -1 for sizes that are not known
   */
  public static Optional<String> fault(List<Long> dims) {
    if (dims.size() > MOST_DIMENSIONS) {
      return Optional.of(
          "must have at most " + MOST_DIMENSIONS + " dimensions; found " + dims.size());
    }
    double values = 1;
    for (long dim : dims) {
      if (dim < -1) {
        return Optional.of("must have sizes from 0 on; found " + dim);
      }
      values *= Math.max(1, dim);
    }
    return values > LARGEST
        ? Optional.of("must have at most " + LARGEST + " values a row; found " + dims)
        : Optional.empty();
  }
}
