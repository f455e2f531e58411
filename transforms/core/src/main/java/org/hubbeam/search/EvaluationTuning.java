// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Optional;
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
  public static final int LARGEST_EF = 5000;

  /**
   * Finds the ef by bisection. Rows of the index are the queries, as in {@link Evaluation}; the
   * same index and settings give the same ef.
   *
   * @param least the smallest ef that is tried
   * @param wanted the part of the k nearest rows to find, above 0 and below 1
   */
  public static EvaluationTuning of(
      SearchIndex index, EvaluationSettings settings, int least, double wanted) {
    EvaluationRun run = new EvaluationRun(index.evaluation(), settings);
    int low = Math.max(least, settings.k());
    double recall = run.recall(low);
    if (recall >= wanted) {
      return new EvaluationTuning(low, recall, true);
    }
    int high = (int) Math.max(low, Math.min(index.size(), LARGEST_EF));
    recall = run.recall(high);
    if (recall < wanted) {
      return new EvaluationTuning(high, recall, false);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      double found = run.recall(middle);
      if (found >= wanted) {
        high = middle;
        recall = found;
      } else {
        low = middle;
      }
    }
    return new EvaluationTuning(high, recall, true);
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
