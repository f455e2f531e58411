// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/**
 * When all rows are compared rather than the graph searched: measured once, on a shard.
 *
 * @param rowNanos how long the comparison with one row takes
 * @param searchNanos how long a search in the graph takes that keeps {@link #EF} rows in view
 */
record Crossover(double rowNanos, double searchNanos) {

  /** What the measured searches keep in view. */
  private static final int EF = 64;

  /** Fewer rows are always compared one by one: that takes less than to measure it. */
  private static final int FEWEST = 256;

  private static final int ROWS = 2048;
  private static final int TIMES = 20;
  private static final long BUDGET_NANOS = 20_000_000;

  /** All rows are compared, however many there are. */
  static final Crossover NONE = new Crossover(0, 1);

  /** Compares with all accepted rows. */
  interface Scan {
    Nearest nearest(float[] query, int k, RowBits accepted);
  }

  /** The quickest of some tries, which take 40 ms in all: what comes first compiles the code. */
  static Crossover measure(ShardGraph graph, Scan scan) {
    int rows = graph.size();
    if (rows < FEWEST) {
      return NONE;
    }
    RowBits some = some(rows);
    float[] query = new float[graph.dimension()];
    double row = Double.MAX_VALUE;
    double search = Double.MAX_VALUE;
    long begin = System.nanoTime();
    for (int i = 0; i < TIMES && System.nanoTime() - begin < 2 * BUDGET_NANOS; i++) {
      graph.copy((int) ((long) i * rows / TIMES), query, 0);
      long start = System.nanoTime();
      scan.nearest(query, 10, some);
      long middle = System.nanoTime();
      graph.search(query, 10, EF);
      long end = System.nanoTime();
      row = Math.min(row, (double) (middle - start) / some.size());
      search = Math.min(search, (double) (end - middle));
    }
    return new Crossover(row, search);
  }

  private static RowBits some(int rows) {
    long[] words = new long[RowBits.words(rows)];
    Arrays.fill(words, 0, RowBits.words(Math.min(rows, ROWS)), -1L);
    return new RowBits(RowBits.trimmed(words, rows), rows);
  }

  /**
   * Whether the comparison with all is faster.
   *
   * @param accepted how many of the rows may come
   * @param rows of the shard
   * @param ef how many rows the search keeps in view
   */
  boolean prefersExact(int accepted, int rows, int ef) {
    double exact = accepted * rowNanos;
    double graph = searchNanos * ef / EF * ((double) rows / Math.max(1, accepted));
    return exact <= graph;
  }
}
