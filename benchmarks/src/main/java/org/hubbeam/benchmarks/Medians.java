// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;

/**
 * Medians over the rounds of contenders.
 *
 * @param runs of any suites, grouped by the name and size of the contender
 */
record Medians(List<Run> runs) {

  Medians {
    runs = List.copyOf(runs);
  }

  /** Rows a second that the contender printed. */
  OptionalDouble rate(String contender, long size) {
    return median(contender, size, Run::rate);
  }

  /** Seconds from start to end. */
  OptionalDouble wall(String contender, long size) {
    return median(contender, size, Run::wall);
  }

  /** Seconds of processor time. */
  OptionalDouble cpu(String contender, long size) {
    return median(contender, size, Run::cpu);
  }

  /** The maximum of resident bytes over all rounds. */
  OptionalDouble peak(String contender, long size) {
    return values(contender, size, run -> run.peak() == null ? null : (double) run.peak()).stream()
        .mapToDouble(d -> d)
        .max();
  }

  /** Another number that the contender printed. */
  OptionalDouble measure(String contender, long size, String name) {
    return median(contender, size, run -> run.measures().get(name));
  }

  /** The names of such numbers. */
  List<String> measures(String contender, long size) {
    return runs.stream()
        .filter(run -> run.contender().equals(contender) && run.size() == size)
        .flatMap(run -> run.measures().keySet().stream())
        .distinct()
        .toList();
  }

  /** The greatest rate of several contenders. */
  OptionalDouble bestRate(long size, List<String> contenders) {
    return contenders.stream()
        .map(name -> rate(name, size))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .max();
  }

  /**
   * Rows a second of the additional rows of a larger job, which excludes start-up. Empty if the
   * larger job takes no longer than the smaller one.
   */
  OptionalDouble marginalRate(String contender, long smaller, long larger) {
    OptionalDouble small = wall(contender, smaller);
    OptionalDouble large = wall(contender, larger);
    return small.isPresent() && large.isPresent() && large.getAsDouble() <= small.getAsDouble()
        ? OptionalDouble.empty()
        : both(small, large, (less, more) -> (larger - smaller) / (more - less));
  }

  /** Seconds of processor time for each additional row of a larger job. */
  OptionalDouble marginalCpu(String contender, long smaller, long larger) {
    return both(
        cpu(contender, smaller),
        cpu(contender, larger),
        (small, large) -> (large - small) / (larger - smaller));
  }

  /** The sizes that a contender was measured with, smallest first. */
  List<Long> sizes(String contender) {
    TreeSet<Long> sizes = new TreeSet<>();
    for (Run run : runs) {
      if (run.contender().equals(contender) && run.wall() != null) {
        sizes.add(run.size());
      }
    }
    return List.copyOf(sizes);
  }

  /** How many rounds there were. */
  int rounds(String contender, long size) {
    return values(contender, size, Run::wall).size();
  }

  private OptionalDouble median(String contender, long size, Function<Run, Double> value) {
    return median(values(contender, size, value));
  }

  private List<Double> values(String contender, long size, Function<Run, Double> value) {
    return runs.stream()
        .filter(run -> run.contender().equals(contender) && run.size() == size)
        .map(value)
        .filter(Objects::nonNull)
        .toList();
  }

  /** The median; empty if there are no values. */
  static OptionalDouble median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    int half = sorted.size() / 2;
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }

  /** One value divided by another, if both are present. */
  static OptionalDouble ratio(OptionalDouble value, OptionalDouble by) {
    return both(value, by, (a, b) -> a / b);
  }

  /** Combines two values, if both are present. */
  static OptionalDouble both(OptionalDouble a, OptionalDouble b, DoubleBinaryOperator operator) {
    return a.isPresent() && b.isPresent()
        ? OptionalDouble.of(operator.applyAsDouble(a.getAsDouble(), b.getAsDouble()))
        : OptionalDouble.empty();
  }
}
