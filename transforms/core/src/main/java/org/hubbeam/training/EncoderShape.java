// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * The size of a {@link TextEncoder}.
 *
 * @param buckets the rows of its table; the words and n-grams that come to the same row share it
 * @param dimension the length of a row
 */
public record EncoderShape(int buckets, int dimension) implements Serializable {

  /** 32,768 rows of 128 numbers: 16 MiB, or 4 MiB in bytes. */
  public static final EncoderShape DEFAULT = new EncoderShape(32_768, 128);

  /** What an array of bytes has room for. */
  private static final long MOST = (Integer.MAX_VALUE - 8) / Float.BYTES;

  public EncoderShape {
    if (buckets < 1 || dimension < 1) {
      throw new IllegalArgumentException(
          "a table has at least one row of one number; found %d x %d"
              .formatted(buckets, dimension));
    }
    if ((long) buckets * dimension > MOST) {
      throw new IllegalArgumentException(
          "a table of %d x %d has more than %,d numbers".formatted(buckets, dimension, MOST));
    }
  }

  /** Sets the number of rows. */
  public EncoderShape withBuckets(int value) {
    return new EncoderShape(value, dimension);
  }

  /** Sets the length of a row. */
  public EncoderShape withDimension(int value) {
    return new EncoderShape(buckets, value);
  }

  /** How many numbers the table has. */
  int size() {
    return buckets * dimension;
  }
}
