// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Counts seen so far, their number fixed from the beginning. */
final class FixedCounts implements Summary<FixedCounts> {

  private final long[] counts;

  FixedCounts(int size) {
    this(new long[size]);
  }

  private FixedCounts(long[] counts) {
    this.counts = counts;
  }

  void add(int index, long count) {
    counts[index] += count;
  }

  @Override
  public void merge(FixedCounts other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The counts now, copied. */
  long[] counts() {
    return counts.clone();
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(counts.length);
    Encoding.writeLongs(out, counts, counts.length);
  }

  static FixedCounts read(DataInput in, int expected) throws IOException {
    int size = in.readInt();
    if (size != expected) {
      throw new IOException("a summary of " + size + " counts where there are " + expected);
    }
    return new FixedCounts(Encoding.readLongs(in, size));
  }
}
