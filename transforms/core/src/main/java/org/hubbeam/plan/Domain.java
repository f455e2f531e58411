// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The categories of a column: the integers that it can contain. */
public sealed interface Domain extends Serializable {

  /**
   * A range that is known when the function is traced.
   *
   * @param boundaries the node of the bucket boundaries, float32 [1, n]; null if the integers are
   *     not buckets
   */
  record Range(long min, long max, @Nullable String boundaries) implements Domain {
    public Range {
      if (min > max) {
        throw new IllegalArgumentException("a range from " + min + " to " + max + " is empty");
      }
    }

    /** A range of integers that are not buckets. */
    public Range(long min, long max) {
      this(min, max, null);
    }
  }

  /**
   * Ids that a custom lookup of the user's returns.
   *
   * @param size the scalar tensor ({@code node:0}) of the largest id plus one, including buckets;
   *     it must not depend on a column
   * @param unknown the ids of unknown tokens
   */
  record LookupIds(String size, Unknown unknown) implements Domain {

    /** The range for this value of the tensor. */
    public Range range(long value) {
      return unknown instanceof Unknown.Default other
          ? around(value - 1, other.id())
          : new Range(0, Math.max(0, value - 1));
    }
  }

  private static Range around(long last, long id) {
    return new Range(Math.min(0, id), Math.max(last, id));
  }

  /**
   * Ids of the tokens of a vocabulary.
   *
   * @param file the placeholder node of the vocabulary's path
   * @param unknown the ids of unknown tokens
   */
  record Ids(String file, Unknown unknown) implements Domain {

    /** The range for a vocabulary with this number of tokens. */
    public Range range(long size) {
      return unknown instanceof Unknown.Buckets buckets
          ? new Range(0, Math.max(0, size - 1 + buckets.count()))
          : around(size - 1, ((Unknown.Default) unknown).id());
    }
  }

  /** The ids of tokens that are not in a vocabulary. */
  sealed interface Unknown extends Serializable {
    /** The same id for all of them. */
    record Default(long id) implements Unknown {}

    /** One of this many ids after those of the vocabulary, by a hash of the token. */
    record Buckets(long count) implements Unknown {
      public Buckets {
        if (count < 1) {
          throw new IllegalArgumentException("there must be a bucket, not " + count);
        }
      }
    }
  }
}
