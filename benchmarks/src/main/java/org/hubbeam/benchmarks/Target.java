// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A target for a ratio.
 *
 * @param work what is done
 * @param measure numerator and denominator
 * @param value computes the ratio; empty if a part of it was not measured
 * @param bound the limit
 */
record Target(String work, String measure, Function<Medians, OptionalDouble> value, Bound bound) {

  /** A limit and the side of it that is wanted. */
  enum Side {
    AT_LEAST("at least"),
    AT_MOST("at most");

    private final String words;

    Side(String words) {
      this.words = words;
    }
  }

  /** A side of a limit. */
  record Bound(Side side, double limit) {

    boolean holds(double value) {
      return side == Side.AT_LEAST ? value >= limit : value <= limit;
    }

    @Override
    public String toString() {
      return side.words + " " + Numbers.ratio(limit);
    }
  }

  static Target atLeast(
      double limit, String work, String measure, Function<Medians, OptionalDouble> value) {
    return new Target(work, measure, value, new Bound(Side.AT_LEAST, limit));
  }

  static Target atMost(
      double limit, String work, String measure, Function<Medians, OptionalDouble> value) {
    return new Target(work, measure, value, new Bound(Side.AT_MOST, limit));
  }

  /** The measured ratio, or a note that it was not measured. */
  String seen(Medians medians) {
    OptionalDouble found = value.apply(medians);
    return found.isEmpty() ? "not measured" : Numbers.ratio(found.getAsDouble());
  }

  /** Whether the target was reached; empty if it was not measured. */
  String verdict(Medians medians) {
    OptionalDouble found = value.apply(medians);
    return found.isEmpty() ? "" : bound.holds(found.getAsDouble()) ? "yes" : "**no**";
  }
}
