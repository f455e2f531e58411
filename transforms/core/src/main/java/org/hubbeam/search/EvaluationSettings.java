// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.List;

/**
 * How an index is evaluated. Immutable; {@code withX} returns a copy.
 *
 * @param queries how many rows of the index are searched for; all where it has fewer
 * @param k how many nearest rows each search asks for
 * @param ladder values of ef to measure, besides the index's own; those below {@code k} count as
 *     {@code k}
 * @param shares parts of all rows, above 0 and below 1, that a filter lets through, to measure
 *     searches with filters; empty for none
 * @param threads how many threads search at a time, where that is measured
 */
public record EvaluationSettings(
    int queries, int k, List<Integer> ladder, List<Double> shares, int threads) {

  /** A thousand queries for ten rows, ef from 10 to 640, filters of 0.1, 1, 10 and 50 %. */
  public static final EvaluationSettings DEFAULT =
      new EvaluationSettings(
          1000,
          10,
          List.of(10, 20, 40, 80, 160, 320, 640),
          List.of(0.001, 0.01, 0.1, 0.5),
          Runtime.getRuntime().availableProcessors());

  /** Checks the values. */
  public EvaluationSettings {
    ladder = List.copyOf(ladder);
    shares = List.copyOf(shares);
    atLeastOne("queries", queries);
    atLeastOne("k", k);
    atLeastOne("threads", threads);
    ladder.forEach(ef -> atLeastOne("ef", ef));
    for (double share : shares) {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException(
            "a filter lets " + share + " of all rows through; it must be above 0 and below 1");
      }
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
    }
  }

  /** Another number of queries. */
  public EvaluationSettings withQueries(int rows) {
    return new EvaluationSettings(rows, k, ladder, shares, threads);
  }

  /** Another number of nearest rows. */
  public EvaluationSettings withK(int rows) {
    return new EvaluationSettings(queries, rows, ladder, shares, threads);
  }

  /** Other values of ef; none for that of the index alone. */
  public EvaluationSettings withLadder(List<Integer> values) {
    return new EvaluationSettings(queries, k, values, shares, threads);
  }

  /** Other filters. */
  public EvaluationSettings withShares(List<Double> parts) {
    return new EvaluationSettings(queries, k, ladder, parts, threads);
  }

  /** Another number of threads. */
  public EvaluationSettings withThreads(int number) {
    return new EvaluationSettings(queries, k, ladder, shares, number);
  }
}
