// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Optional;
import java.util.OptionalInt;
import org.hubbeam.batch.Internal;

/**
 * Which ef an index needs to find a part of the nearest rows.
 *
 * @param ef the least that is enough; the largest that was tried if none is
 * @param recall which part of the k nearest rows of the sample is found with it
 * @param enough whether it is as much as was wanted
 */
@Internal
public record EvaluationTuning(int ef, double recall, boolean enough) {

  /** The largest ef that is tried. */
  public static final int LARGEST_EF = 2000;

  /**
   * Finds the ef by bisection. Rows of the index are the queries, as in {@link Evaluation}; the
   * same index and settings give the same ef.
   *
   * @param wanted the part of the k nearest rows to find, above 0 and below 1
   */
  public static EvaluationTuning of(SearchIndex index, EvaluationSettings settings, double wanted) {
    EvaluationRun run = new EvaluationRun(index.evaluation(), settings);
    int largest = (int) Math.max(settings.k(), Math.min(index.size(), LARGEST_EF));
    OptionalInt least = run.leastEf(wanted, largest);
    int ef = least.orElse(largest);
    return new EvaluationTuning(ef, run.recall(ef), least.isPresent());
  }

  /**
   * The next better parameters for a graph of which no ef was enough: half as many links more, and
   * twice the candidates.
   *
   * @return empty where they would be larger than makes sense
   */
  public static Optional<HnswOptions> better(HnswOptions graph) {
    int m = graph.m() * 3 / 2;
    return m > 96
        ? Optional.empty()
        : Optional.of(
            graph.withM(m).withEfConstruction(Math.min(2000, graph.efConstruction() * 2)));
  }
}
