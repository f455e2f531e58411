// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;

/**
 * The range of the integers of a column: TensorFlow Metadata's {@code int_domain}.
 *
 * @param min the least; {@link Long#MIN_VALUE} where none is known
 * @param max the greatest, itself allowed; {@link Long#MAX_VALUE} where none is known
 * @param categorical whether the numbers stand for categories: places in a vocabulary, buckets
 */
public record IntRange(long min, long max, boolean categorical) implements Serializable {

  public IntRange {
    if (min > max) {
      throw new IllegalArgumentException("a range from " + min + " to " + max + " has no number");
    }
  }

  /** The numbers of categories, from {@code min} to {@code max}, which is one of them. */
  public static IntRange categories(long min, long max) {
    return new IntRange(min, max, true);
  }

  /** The range that has the numbers of both; of categories only where both are. */
  IntRange merge(IntRange other) {
    return new IntRange(
        Math.min(min, other.min), Math.max(max, other.max), categorical && other.categorical);
  }
}
