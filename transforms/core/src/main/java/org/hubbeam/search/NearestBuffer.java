// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;

/** The best rows of all that are added, as {@linkplain HnswWalk#key keys}. */
final class NearestBuffer {

  private static final int SPARE = 128;

  private final int k;
  private final long[] keys;
  private int count;

  /** Keys from here on are not among the best. */
  long worst = Long.MAX_VALUE;

  NearestBuffer(int k) {
    this.k = k;
    keys = new long[Math.addExact(k, Math.max(k, SPARE))];
  }

  void add(long key) {
    if (key < worst) {
      keys[count++] = key;
      if (count == keys.length) {
        trim();
      }
    }
  }

  private void trim() {
    Arrays.sort(keys, 0, count);
    if (count >= k) {
      count = k;
      worst = k == 0 ? Long.MIN_VALUE : keys[k - 1];
    }
  }

  /** The keys of the best, best first. */
  long[] sorted() {
    trim();
    return Arrays.copyOf(keys, count);
  }

  Nearest nearest(Metric metric) {
    trim();
    int[] rows = new int[count];
    float[] scores = new float[count];
    for (int i = 0; i < count; i++) {
      rows[i] = HnswWalk.row(keys[i]);
      scores[i] = metric.score(HnswWalk.distance(keys[i]));
    }
    return new Nearest(rows, scores);
  }
}
