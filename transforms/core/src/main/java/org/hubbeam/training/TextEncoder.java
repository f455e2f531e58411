// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a small encoder of texts has learnt. A text is the sum of the rows of its words and n-grams
 * by the root of their number, times the projection if there is one, with length 1. A text without
 * words is zeros.
 *
 * @param shape of the table
 * @param table [buckets, dimension], row-major
 * @param projection [dimension, {@link #outputs}], row-major; null for none
 */
public record TextEncoder(EncoderShape shape, float[] table, float @Nullable [] projection) {

  /** Checks the sizes. */
  public TextEncoder(EncoderShape shape, float[] table, float @Nullable [] projection) {
    this.shape = shape;
    this.table = table;
    this.projection = projection;
    if (table.length != shape.size()) {
      throw new IllegalArgumentException(
          "the table has " + table.length + " numbers, not " + shape.size());
    }
    if (projection != null
        && (projection.length == 0 || projection.length % shape.dimension() != 0)) {
      throw new IllegalArgumentException(
          "a projection of "
              + projection.length
              + " numbers does not fit rows of "
              + shape.dimension());
    }
  }

  /** The length of a vector. */
  public int outputs() {
    return projection == null ? shape.dimension() : projection.length / shape.dimension();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TextEncoder e
        && shape.equals(e.shape)
        && Arrays.equals(table, e.table)
        && Arrays.equals(projection, e.projection);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shape, Arrays.hashCode(table), Arrays.hashCode(projection));
  }

  @Override
  public String toString() {
    return "TextEncoder[" + shape + ", " + outputs() + " outputs]";
  }
}
