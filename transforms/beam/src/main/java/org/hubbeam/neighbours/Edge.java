// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.Comparator;

/**
 * Two rows that resemble each other. The order puts the more alike first; it is total, so that the
 * best edges do not depend on the order in which they are found.
 *
 * @param first the one that comes first
 * @param score their cosine
 */
record Edge(RankedId first, RankedId second, double score) {

  static final Comparator<Edge> BEST_FIRST =
      Comparator.comparingDouble((Edge e) -> -e.score)
          .thenComparing(Edge::first)
          .thenComparing(Edge::second);

  /** An edge between two rows in any order. */
  static Edge of(RankedId one, RankedId other, double score) {
    return one.compareTo(other) <= 0 ? new Edge(one, other, score) : new Edge(other, one, score);
  }
}
