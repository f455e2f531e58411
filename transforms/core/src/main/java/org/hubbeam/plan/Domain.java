package org.hubbeam.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The integers that a column can have, all of them categories. */
public sealed interface Domain extends Serializable {

  /**
   * Known when the function is traced.
   *
   * @param boundaries the node of the boundaries, float32 [1, n], that made buckets of numbers;
   *     null where the integers are no buckets
   */
  record Range(long min, long max, @Nullable String boundaries) implements Domain {
    public Range {
      if (min > max) {
        throw new IllegalArgumentException("a range from " + min + " to " + max + " is empty");
      }
    }

    /** Integers that are no buckets of numbers. */
    public Range(long min, long max) {
      this(min, max, null);
    }
  }

  /**
   * Ids that a function of the user's finds in a vocabulary.
   *
   * @param size the scalar tensor ({@code node:0}) of one more than the greatest id that is found,
   *     buckets included; it needs no input
   * @param unknown what an unknown token becomes
   */
  record LookupIds(String size, Unknown unknown) implements Domain {

    /** The range where the tensor has this value. */
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
   * Ids of a vocabulary's tokens.
   *
   * @param file the placeholder node of the vocabulary's path
   * @param unknown what an unknown token becomes
   */
  record Ids(String file, Unknown unknown) implements Domain {

    /** The range for a vocabulary of this many tokens. */
    public Range range(long size) {
      return unknown instanceof Unknown.Buckets buckets
          ? new Range(0, Math.max(0, size - 1 + buckets.count()))
          : around(size - 1, ((Unknown.Default) unknown).id());
    }
  }

  /** What a token becomes that is not in a vocabulary. */
  sealed interface Unknown extends Serializable {
    /** One id for all. */
    record Default(long id) implements Unknown {}

    /** One of so many ids behind the vocabulary's, by a hash of the token. */
    record Buckets(long count) implements Unknown {
      public Buckets {
        if (count < 1) {
          throw new IllegalArgumentException("there must be a bucket, not " + count);
        }
      }
    }
  }
}
