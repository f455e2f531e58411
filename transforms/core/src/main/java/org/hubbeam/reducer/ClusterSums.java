// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.hubbeam.batch.Internal;

/**
 * The number and the sum of the vectors of each cluster. Numbers are rounded to multiples of a unit
 * of 2^-30 of the largest, so that sums are exact, for up to 2^33 vectors.
 */
@Internal
public final class ClusterSums implements Summary<ClusterSums> {

  private static final int BITS = 30;

  private final int cells;
  private final double unit;
  private final long[] rows;
  private final long[] sums;

  ClusterSums(int clusters, int cells, float largest) {
    this.cells = cells;
    unit = largest == 0 ? 1 : Math.scalb(1.0, Math.getExponent(largest) + 1 - BITS);
    rows = new long[clusters];
    sums = new long[Math.multiplyExact(clusters, cells)];
  }

  void add(int cluster, float[] vectors, int at) {
    rows[cluster]++;
    for (int cell = 0; cell < cells; cell++) {
      sums[cluster * cells + cell] += Math.round(vectors[at + cell] / unit);
    }
  }

  long[] rows() {
    return rows.clone();
  }

  double[] sums() {
    return Arrays.stream(sums).mapToDouble(sum -> sum * unit).toArray();
  }

  @Override
  public void merge(ClusterSums other) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] += other.rows[i];
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    Encoding.writeLongs(out, rows, rows.length);
    Encoding.writeLongs(out, sums, sums.length);
  }

  /** Reads into an empty summary. */
  static ClusterSums read(DataInput in, ClusterSums empty) throws IOException {
    long[] rows = Encoding.readLongs(in, empty.rows.length);
    long[] sums = Encoding.readLongs(in, empty.sums.length);
    System.arraycopy(rows, 0, empty.rows, 0, rows.length);
    System.arraycopy(sums, 0, empty.sums, 0, sums.length);
    return empty;
  }
}
