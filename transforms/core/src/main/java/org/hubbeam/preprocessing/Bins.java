package org.hubbeam.preprocessing;

import java.util.List;
import java.util.stream.IntStream;

/** What a histogram counts. */
public sealed interface Bins {

  /** Ten bins of one tenth, from 0 to 1. */
  Bins TENTHS = at(IntStream.rangeClosed(0, 10).mapToObj(i -> i / 10f).toList());

  /** Values between boundaries that are known. */
  record At(List<Float> boundaries) implements Bins {
    public At {
      boundaries = List.copyOf(boundaries);
    }
  }

  /** Values between boundaries that are computed: a vector of known length, rising. */
  record Computed(Statistic boundaries) implements Bins {}

  /** Values between so many points from the smallest value to the largest, evenly spaced. */
  record Evenly(int points) implements Bins {
    public Evenly {
      if (points < 2) {
        throw new IllegalArgumentException("a histogram needs 2 points or more, not " + points);
      }
    }
  }

  /** Each value by itself, strings or integers. */
  record Categorical() implements Bins {}

  /** Values between these boundaries, which rise. */
  static Bins at(List<Float> boundaries) {
    return new At(boundaries);
  }

  /**
   * Values between so many points from the smallest value to the largest. Takes two passes over the
   * data.
   */
  static Bins evenly(int points) {
    return new Evenly(points);
  }

  /** Values between boundaries that an analysis gave. */
  static Bins computed(Statistic boundaries) {
    return new Computed(boundaries);
  }

  /** Each value by itself. */
  static Bins categorical() {
    return new Categorical();
  }
}
