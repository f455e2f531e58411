// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/**
 * Builds a graph. Rows are inserted in batches: all rows of a batch look for their places at the
 * same time, in the graph of the batches before and among the rows of the batch before them; then
 * each row that has got links sorts them out. Neither depends on what other threads do, so the
 * graph is the same for any number of them.
 */
final class HnswBuilder {

  static final int BATCH = 512;
  private static final int HIGHEST = 24;

  private final HnswStore store;
  private final Metric metric;
  private final Kernel kernel = Kernel.BEST;

  HnswBuilder(HnswStore store, Metric metric) {
    this.store = store;
    this.metric = metric;
  }

  /** The highest layer of each row: one in {@code m} of those of the layer below, by a hash. */
  static byte[] tops(int size, int m) {
    byte[] tops = new byte[size];
    double scale = 1 / Math.log(m);
    for (int row = 0; row < size; row++) {
      double uniform = ((mix(row) >>> 11) + 1) * 0x1p-53;
      tops[row] = (byte) Math.min(HIGHEST, StrictMath.log(uniform) * -scale);
    }
    return tops;
  }

  private static long mix(long row) {
    long z = (row + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  void build(int threads) {
    try (HnswWorkers workers =
        new HnswWorkers(threads, () -> new HnswPlacing(store, metric, kernel))) {
      for (int start = 0; start < store.size; start += BATCH) {
        int first = start;
        int end = Math.min(store.size, start + BATCH);
        workers.run(end - first, (placing, i) -> placing.place(first, first + i));
        long[] edges = edges(first, end);
        int[] groups = groups(edges);
        workers.run(
            groups.length - 1,
            (placing, i) -> placing.link(edges, groups[i], groups[i + 1], first));
        for (int row = first; row < end; row++) {
          if (store.tops[row] > store.top) {
            store.top = store.tops[row];
            store.entry = row;
          }
        }
      }
    }
  }

  /**
   * The links of the rows of a batch, turned round and sorted by layer and target, then by source.
   */
  private long[] edges(int first, int end) {
    long[] edges = new long[(end - first) * 2 * store.options.m()];
    int count = 0;
    for (int row = first; row < end; row++) {
      for (int layer = 0; layer <= store.tops[row]; layer++) {
        int[] links = store.links(layer);
        int at = store.at(row, layer);
        if (count + links[at] > edges.length) {
          edges = Arrays.copyOf(edges, 2 * edges.length);
        }
        for (int i = 1; i <= links[at]; i++) {
          edges[count++] = ((long) layer << 31 | links[at + i]) << 10 | row - first;
        }
      }
    }
    edges = Arrays.copyOf(edges, count);
    Arrays.sort(edges);
    return edges;
  }

  /** Where the edges of each target begin, and the end of the last. */
  private static int[] groups(long[] edges) {
    int[] groups = new int[edges.length + 1];
    int count = 0;
    for (int i = 0; i < edges.length; i++) {
      if (i == 0 || edges[i] >> 10 != edges[i - 1] >> 10) {
        groups[count++] = i;
      }
    }
    groups[count++] = edges.length;
    return Arrays.copyOf(groups, count);
  }
}
