// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The maximum spanning forest of the edges that are added: of edges that close a circle, the worst
 * is left out. It connects what all edges connect, it has the best edge of each row, and the forest
 * of several forests is that of all their edges. For one thread; in memory are at most twice as
 * many edges as rows, or 65,536.
 */
final class SpanningForest {

  private static final int LEAST = 1 << 16;

  private List<Edge> edges = new ArrayList<>();
  private int limit = LEAST;

  void add(Edge edge) {
    edges.add(edge);
    if (edges.size() >= limit) {
      edges = forest();
      limit = Math.max(LEAST, 2 * edges.size());
    }
  }

  /** The edges that are left, the best first. */
  List<Edge> forest() {
    edges.sort(Edge.BEST_FIRST);
    Roots roots = new Roots();
    List<Edge> left = new ArrayList<>();
    for (Edge edge : edges) {
      if (roots.join(edge.first(), edge.second())) {
        left.add(edge);
      }
    }
    return left;
  }

  /** Groups of rows, each named by the row that comes first. */
  static final class Roots {

    private final Map<RankedId, RankedId> above = new HashMap<>();

    /** The first row of a row's group. */
    RankedId of(RankedId row) {
      RankedId root = row;
      for (RankedId next = above.get(root); next != null; next = above.get(root)) {
        root = next;
      }
      RankedId at = row;
      while (!at.equals(root)) {
        RankedId next = above.put(at, root);
        at = next == null ? root : next;
      }
      return root;
    }

    /** Makes one group of two; false where they are one. */
    boolean join(RankedId one, RankedId other) {
      RankedId first = of(one);
      RankedId second = of(other);
      if (first.equals(second)) {
        return false;
      }
      if (first.compareTo(second) < 0) {
        above.put(second, first);
      } else {
        above.put(first, second);
      }
      return true;
    }
  }
}
