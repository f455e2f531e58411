// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/** What one thread needs to insert rows into a graph. */
final class HnswPlacing implements HnswWalk.Distances {

  private static final int CHECKED = 4;

  private final HnswStore store;
  private final Metric metric;
  private final Kernel kernel;
  private final int ef;
  private final HnswWalk walk;
  private final int[] rows;
  private final float[] distances;
  private final long[] keys;
  private final int[] checked = new int[CHECKED];
  private final int[] twins;
  private int query;

  HnswPlacing(HnswStore store, Metric metric, Kernel kernel) {
    this.store = store;
    this.metric = metric;
    this.kernel = kernel;
    this.ef = Math.max(store.options.efConstruction(), store.options.m());
    walk = new HnswWalk(store.size, store.most());
    twins = new int[store.most()];
    int room = Math.max(ef, store.most()) + HnswBuilder.BATCH;
    rows = new int[room];
    distances = new float[room];
    keys = new long[room];
  }

  @Override
  public void of(int[] rows, int count, float[] target) {
    int dimension = store.dimension;
    int at = query * dimension;
    if (metric == Metric.EUCLIDEAN) {
      kernel.squares(store.vectors, at, store.vectors, dimension, rows, count, target);
    } else {
      kernel.dots(store.vectors, at, store.vectors, dimension, rows, count, target);
      for (int i = 0; i < count; i++) {
        target[i] = -target[i];
      }
    }
  }

  /**
   * Chooses the links of {@code row} to the rows before {@code first}, whose links do not change
   * meanwhile, and to those of its batch that are before it.
   */
  void place(int first, int row) {
    query = row;
    int own = store.tops[row];
    int reached = Math.min(own, store.top);
    walk.begin(ef);
    walk.tie = row;
    if (first > 0) {
      walk.enter(walk.descend(store, store.entry, store.top, reached, this), this);
    }
    for (int layer = own; layer >= 0; layer--) {
      query = row;
      int count = 0;
      if (layer <= reached) {
        walk.search(store, layer, ef, this);
        count = walk.count;
        for (int i = 0; i < count; i++) {
          keys[i] = walk.pool[i] & -2;
        }
        walk.nextLayer();
      }
      count = addBatch(first, row, layer, count);
      select(count, store.options.m(), store.links(layer), store.at(row, layer), row);
    }
  }

  private int addBatch(int first, int row, int layer, int found) {
    int peers = 0;
    for (int peer = first; peer < row; peer++) {
      if (store.tops[peer] >= layer) {
        rows[peers++] = peer;
      }
    }
    of(rows, peers, distances);
    long worst = found < ef ? Long.MAX_VALUE : keys[found - 1];
    int count = found;
    for (int i = 0; i < peers; i++) {
      long key = HnswWalk.key(distances[i], rows[i] ^ row);
      if (key < worst) {
        keys[count++] = key;
      }
    }
    if (count > found) {
      Arrays.sort(keys, 0, count);
    }
    return Math.min(count, ef);
  }

  /**
   * Adds the sources of edges to the links of their common target, the best of them if they are too
   * many.
   */
  void link(long[] edges, int from, int to, int first) {
    int target = (int) (edges[from] >> 10) & Integer.MAX_VALUE;
    int layer = (int) (edges[from] >> 41);
    int[] links = store.links(layer);
    int at = store.at(target, layer);
    int most = store.most(layer);
    int old = links[at];
    int count = old + to - from;
    for (int i = from; i < to; i++) {
      rows[old + i - from] = first + ((int) edges[i] & 1023);
    }
    if (count <= most) {
      System.arraycopy(rows, old, links, at + 1 + old, to - from);
      links[at] = count;
      return;
    }
    System.arraycopy(links, at + 1, rows, 0, old);
    query = target;
    of(rows, count, distances);
    for (int i = 0; i < count; i++) {
      keys[i] = HnswWalk.key(distances[i], rows[i] ^ target);
    }
    Arrays.sort(keys, 0, count);
    select(count, most, links, at, target);
  }

  /**
   * Writes links to the nearest of the rows in {@link #keys} that are nearer to {@code center} than
   * to each row chosen before: those lead in different directions. Of rows equal to it at most half
   * are chosen, by their numbers, so that a way out is left.
   */
  private void select(int count, int most, int[] links, int at, int center) {
    query = center;
    checked[0] = center;
    of(checked, 1, distances);
    float self = distances[0];
    int chosen = 0;
    int twins = 0;
    for (int i = 0; i < count && chosen < most; i++) {
      int row = HnswWalk.row(keys[i]) ^ center;
      float distance = HnswWalk.distance(keys[i]);
      if (count >= most) {
        if (distance == self && isEqual(row, center)) {
          if (twins == most / 4 || !isOtherwise(row, center, twins)) {
            continue;
          }
          this.twins[twins++] = row;
        } else if (!leadsElsewhere(row, distance, links, at + 1, chosen)) {
          continue;
        }
      }
      links[at + 1 + chosen++] = row;
    }
    links[at] = chosen;
  }

  private boolean isEqual(int row, int other) {
    int dimension = store.dimension;
    return Arrays.equals(
        store.vectors,
        row * dimension,
        (row + 1) * dimension,
        store.vectors,
        other * dimension,
        (other + 1) * dimension);
  }

  /** {@link #leadsElsewhere} for equal rows, with the numbers' differing bits as distances. */
  private boolean isOtherwise(int row, int center, int chosen) {
    for (int i = 0; i < chosen; i++) {
      if ((row ^ twins[i]) < (row ^ center)) {
        return false;
      }
    }
    return true;
  }

  private boolean leadsElsewhere(int row, float distance, int[] links, int from, int chosen) {
    query = row;
    for (int i = 0; i < chosen; i += CHECKED) {
      int n = Math.min(CHECKED, chosen - i);
      System.arraycopy(links, from + i, checked, 0, n);
      of(checked, n, distances);
      for (int j = 0; j < n; j++) {
        if (distances[j] < distance) {
          return false;
        }
      }
    }
    return true;
  }
}
