// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.util.List;
import java.util.stream.IntStream;

/** The bins of a histogram. */
public sealed interface Bins {

  /** Ten bins of equal width from 0 to 1. */
  Bins TENTHS = at(IntStream.rangeClosed(0, 10).mapToObj(i -> i / 10f).toList());

  /** Bins between given boundaries. */
  record At(List<Float> boundaries) implements Bins {
    public At {
      boundaries = List.copyOf(boundaries);
    }
  }

  /**
   * Bins between boundaries that another analyzer computes: a vector of known length, ascending.
   */
  record Computed(Statistic boundaries) implements Bins {}

  /** Bins between evenly spaced points from the smallest to the largest value. */
  record Evenly(int points) implements Bins {
    public Evenly {
      if (points < 2) {
        throw new IllegalArgumentException("a histogram needs 2 points or more, not " + points);
      }
    }
  }

  /** One bin for each distinct string or integer. */
  record Categorical() implements Bins {}

  /** Bins between these boundaries, which must be ascending. */
  static Bins at(List<Float> boundaries) {
    return new At(boundaries);
  }

  /**
   * Bins between this many evenly spaced points from the smallest to the largest value. Takes two
   * passes over the data.
   */
  static Bins evenly(int points) {
    return new Evenly(points);
  }

  /** Bins between boundaries that another analyzer computes. */
  static Bins computed(Statistic boundaries) {
    return new Computed(boundaries);
  }

  /** One bin for each distinct value. */
  static Bins categorical() {
    return new Categorical();
  }
}
