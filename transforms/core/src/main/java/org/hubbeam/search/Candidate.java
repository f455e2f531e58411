// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Comparator;

/**
 * A row that may be a hit.
 *
 * @param shard where it is
 * @param row its number there
 * @param score its score by the metric
 */
record Candidate(OpenShard shard, int row, float score) {

  RowId id() {
    return shard.id(row);
  }

  /** The nearest first, rows of the same score by their ids. */
  static Comparator<Candidate> order(Metric metric) {
    Comparator<Candidate> byScore =
        metric.isLargerNearer()
            ? (a, b) -> Float.compare(b.score, a.score)
            : (a, b) -> Float.compare(a.score, b.score);
    return byScore.thenComparing(Candidate::id);
  }
}
