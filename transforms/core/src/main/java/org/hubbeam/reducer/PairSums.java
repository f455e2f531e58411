// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;

/** A sum for each pair of a token's number and a label. */
final class PairSums {

  private long[] pairs = new long[2];
  private double[] sums = new double[2];
  private int size;

  /** The bytes that it takes in memory. */
  long memory() {
    return 16L * pairs.length;
  }

  void add(int token, int label, double weight) {
    long pair = ((long) token << 32 | label) + 1;
    int at = place(pair);
    if (pairs[at] == 0) {
      pairs[at] = pair;
      if (2L * ++size > pairs.length) {
        rehash();
        at = place(pair);
      }
    }
    sums[at] += weight;
  }

  private int place(long pair) {
    int mask = pairs.length - 1;
    long mixed = pair * 0x9e3779b97f4a7c15L;
    int at = (int) (mixed >>> 32) & mask;
    while (pairs[at] != 0 && pairs[at] != pair) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void rehash() {
    long[] oldPairs = pairs;
    double[] oldSums = sums;
    pairs = new long[Math.multiplyExact(oldPairs.length, 2)];
    sums = new double[pairs.length];
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldPairs[i] != 0) {
        int at = place(oldPairs[i]);
        pairs[at] = oldPairs[i];
        sums[at] = oldSums[i];
      }
    }
  }

  /** Tokens by rising number, each with its labels rising. */
  Sorted sorted() {
    long[] sorted = Arrays.stream(pairs).filter(pair -> pair != 0).sorted().toArray();
    return new Sorted(sorted);
  }

  /** A walk over tokens in the order of their numbers. */
  final class Sorted {
    private final long[] sorted;
    private int at;

    private Sorted(long[] sorted) {
      this.sorted = sorted;
    }

    /** The counts of a token; must be called for each token in order. */
    TokenStats stats(int token, double total) {
      int from = at;
      while (at < sorted.length && (sorted[at] - 1) >>> 32 == token) {
        at++;
      }
      if (at == from) {
        return TokenStats.withoutLabels(total);
      }
      int[] labels = new int[at - from];
      double[] values = new double[labels.length];
      for (int i = 0; i < labels.length; i++) {
        long pair = sorted[from + i];
        labels[i] = (int) (pair - 1);
        values[i] = sums[place(pair)];
      }
      return new TokenStats(total, labels, values);
    }
  }
}
