// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * How the vectors of a sequence are combined into one vector. A sequence is all that lies between a
 * row and the last dimension: the tokens of a text {@code [n, t, d]}, the cells of a picture {@code
 * [n, h, w, d]}, frames of rows of different lengths.
 *
 * <p>With a mask only the positions count at which it is not 0; what stands at the others is not
 * looked at. A sequence without a position that counts becomes zeros.
 *
 * @param kind what is computed
 * @param mask the column of the mask, numbers or bool, with one value for each position; empty for
 *     all positions
 */
public record Pooling(Kind kind, String mask) implements Serializable {

  /** Sequences stay sequences. */
  public static final Pooling NONE = new Pooling(Kind.NONE, "");

  public Pooling {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(mask, "mask");
    if (kind == Kind.NONE && !mask.isEmpty()) {
      throw new IllegalArgumentException(
          "the mask '" + mask + "' is for pooling, and nothing is pooled");
    }
  }

  /** Over all positions. */
  public static Pooling of(Kind kind) {
    return new Pooling(kind, "");
  }

  /** Over the positions of a mask. */
  public Pooling withMask(String column) {
    return new Pooling(kind, column);
  }

  /** {@code mean pooling with input_mask}. */
  String describe() {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + " pooling";
    return mask.isEmpty() ? name : name + " with " + mask;
  }

  /** How positions are combined. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** The mean of each cell. */
    MEAN,
    /** The largest value of each cell; NaN where one is NaN. */
    MAX,
    /** The vector at the first position, such as BERT's {@code [CLS]}. */
    FIRST,
    /** The sum of each cell divided by the square root of the number of positions. */
    SQRT_N
  }
}
