// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/**
 * One search's way through a graph, kept for the next: the rows visited, and the nearest found so
 * far in order. For one thread at a time.
 */
final class HnswWalk {

  /** Distances of rows to the query. */
  interface Distances {

    /** Puts the distance of {@code rows[i]} at {@code i}, for the first {@code count}. */
    void of(int[] rows, int count, float[] target);
  }

  private final byte[] visited;
  private byte mark;

  /** Accepted rows to be compared, and rows not accepted on the way to others. */
  private int[] near = {};

  private int[] through = {};

  /**
   * The nearest rows, best first, as {@linkplain #key keys}; the lowest bit: its links were
   * followed.
   */
  long[] pool = new long[256];

  int count;

  /**
   * Rows at the same distance are in the order of their numbers, changed by this: the row that is
   * inserted, so that equal rows are linked as if their numbers were a direction of their own.
   */
  int tie;

  final int[] rows;
  final float[] distances;

  HnswWalk(int size, int most) {
    visited = new byte[size];
    rows = new int[most];
    distances = new float[most];
  }

  /** Orders by distance, then by row. */
  static long key(float distance, int row) {
    int bits = Float.floatToRawIntBits(distance);
    return (long) (bits ^ bits >> 31 & Integer.MAX_VALUE) << 32 | (long) row << 1;
  }

  static int row(long key) {
    return (int) key >>> 1;
  }

  static float distance(long key) {
    int bits = (int) (key >> 32);
    return Float.intBitsToFloat(bits ^ bits >> 31 & Integer.MAX_VALUE);
  }

  /** Forgets what was found and visited. */
  void begin(int ef) {
    if (pool.length < ef + 1) {
      pool = new long[ef + 1];
    }
    count = 0;
    forget();
  }

  private void forget() {
    if (++mark == 0) {
      Arrays.fill(visited, (byte) 0);
      mark = 1;
    }
  }

  /** Keeps the rows found, to be followed again on the next layer. */
  void nextLayer() {
    forget();
    for (int i = 0; i < count; i++) {
      pool[i] &= -2;
      visited[row(pool[i]) ^ tie] = mark;
    }
  }

  /** Begins at a row. */
  void enter(int row, Distances query) {
    rows[0] = row;
    query.of(rows, 1, distances);
    visited[row] = mark;
    pool[count++] = key(distances[0], row ^ tie);
  }

  /** Walks from {@code row} to the nearest on each layer above {@code layer}; returns the last. */
  int descend(HnswLinks links, int row, int from, int layer, Distances query) {
    int best = row;
    rows[0] = row;
    query.of(rows, 1, distances);
    long least = key(distances[0], row ^ tie);
    for (int current = from; current > layer; current--) {
      boolean moved = true;
      while (moved) {
        moved = false;
        int n = links.copy(best, current, rows);
        query.of(rows, n, distances);
        for (int i = 0; i < n; i++) {
          long found = key(distances[i], rows[i] ^ tie);
          if (found < least) {
            least = found;
            best = rows[i];
            moved = true;
          }
        }
      }
    }
    return best;
  }

  /** Follows the links of a layer until the {@code ef} nearest found have all been followed. */
  void search(HnswLinks links, int layer, int ef, Distances query) {
    int next = 0;
    while (next < count) {
      long key = pool[next];
      if ((key & 1) != 0) {
        next++;
        continue;
      }
      pool[next] = key | 1;
      int fresh = fresh(links.copy(row(key) ^ tie, layer, rows));
      query.of(rows, fresh, distances);
      next++;
      for (int i = 0; i < fresh; i++) {
        long found = key(distances[i], rows[i] ^ tie);
        if (count < ef || found < pool[count - 1]) {
          next = Math.min(next, add(found, ef));
        }
      }
    }
  }

  /**
   * As {@link #search} on layer 0, but compares accepted rows only: where a link leads to another
   * row, it looks at the links of that row. What the pool held before is followed whether accepted
   * or not.
   */
  void searchAccepted(HnswLinks links, int ef, Distances query, RowSet accepted) {
    int most = links.most();
    if (near.length < 2 * most) {
      near = new int[2 * most];
      through = new int[most];
    }
    float[] found = new float[2 * most];
    int next = 0;
    while (next < count) {
      long key = pool[next];
      if ((key & 1) != 0) {
        next++;
        continue;
      }
      pool[next] = key | 1;
      int fresh = freshAccepted(links, row(key), accepted);
      query.of(near, fresh, found);
      next++;
      for (int i = 0; i < fresh; i++) {
        long candidate = key(found[i], near[i]);
        if (count < ef || candidate < pool[count - 1]) {
          next = Math.min(next, add(candidate, ef));
        }
      }
    }
  }

  private int freshAccepted(HnswLinks links, int row, RowSet accepted) {
    int fresh = 0;
    int others = 0;
    int n = links.copy(row, 0, rows);
    for (int i = 0; i < n; i++) {
      int other = rows[i];
      if (visited[other] != mark) {
        visited[other] = mark;
        if (accepted.contains(other)) {
          near[fresh++] = other;
        } else {
          through[others++] = other;
        }
      }
    }
    int enough = links.most() * 3 / 8;
    int followed = 0;
    for (; followed < others && fresh < enough; followed++) {
      n = links.copy(through[followed], 0, rows);
      for (int i = 0; i < n; i++) {
        int other = rows[i];
        if (visited[other] != mark && accepted.contains(other)) {
          visited[other] = mark;
          near[fresh++] = other;
        }
      }
    }
    for (int i = followed; i < others; i++) {
      visited[through[i]] = 0;
    }
    return fresh;
  }

  /** Keeps those of the first {@code n} rows that were not visited, and visits them. */
  private int fresh(int n) {
    int fresh = 0;
    for (int i = 0; i < n; i++) {
      int row = rows[i];
      rows[fresh] = row;
      fresh += visited[row] == mark ? 0 : 1;
      visited[row] = mark;
    }
    return fresh;
  }

  /** Puts a key at its place among at most {@code ef}; returns the place. */
  int add(long key, int ef) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (pool[middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (count < ef) {
      count++;
    }
    System.arraycopy(pool, low, pool, low + 1, count - 1 - low);
    pool[low] = key;
    return low;
  }

  /** Keeps the accepted rows found. */
  void keep(RowSet accepted) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (accepted.contains(row(pool[i]))) {
        pool[kept++] = pool[i];
      }
    }
    count = kept;
  }

  /** The first {@code k} rows found. */
  Nearest nearest(int k, Metric metric) {
    int found = Math.min(k, count);
    int[] ids = new int[found];
    float[] scores = new float[found];
    for (int i = 0; i < found; i++) {
      ids[i] = row(pool[i]);
      scores[i] = metric.score(distance(pool[i]));
    }
    return new Nearest(ids, scores);
  }
}
