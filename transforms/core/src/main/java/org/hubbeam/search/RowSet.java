// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.BitSet;

/** A set of rows of one shard. Safe to read by many threads. */
public interface RowSet {

  /** Whether a row is in it. */
  boolean contains(int row);

  /** How many rows are in it. */
  int size();

  /** The first row of the set from {@code from} on and before {@code end}, or -1. */
  default int next(int from, int end) {
    for (int row = from; row < end; row++) {
      if (contains(row)) {
        return row;
      }
    }
    return -1;
  }

  /** The rows whose bits are set. The bits must not change from now on. */
  static RowSet of(BitSet bits) {
    int size = bits.cardinality();
    return new RowSet() {
      @Override
      public boolean contains(int row) {
        return bits.get(row);
      }

      @Override
      public int size() {
        return size;
      }

      @Override
      public int next(int from, int end) {
        int row = bits.nextSetBit(from);
        return row < end ? row : -1;
      }
    };
  }
}
