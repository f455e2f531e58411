// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;

/**
 * A sample of the different vectors seen so far, with how often each was seen: those whose hashes
 * are smallest. It does not depend on the order of the vectors, and it has all of them where they
 * are not too many.
 */
@Internal
public final class VectorSample implements Summary<VectorSample> {

  private final int cells;
  private final int capacity;
  private final long seed;
  private final TreeMap<Row, long[]> sampled = new TreeMap<>();
  private long rows;
  private float largest;

  VectorSample(int cells, KMeansOptions options) {
    this.cells = cells;
    capacity = options.sample();
    seed = options.seed();
  }

  /** A vector by its hash. */
  private record Row(long hash, float[] vector) implements Comparable<Row> {
    @Override
    public int compareTo(Row other) {
      int order = Long.compare(hash, other.hash);
      return order != 0 ? order : Arrays.compare(vector, other.vector);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Row r && compareTo(r) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(hash);
    }
  }

  /** How many vectors were seen. */
  public long rows() {
    return rows;
  }

  /** The largest magnitude of their numbers. */
  public float largest() {
    return largest;
  }

  /** How many different vectors there are in the sample. */
  int size() {
    return sampled.size();
  }

  /** The vectors of the sample, one behind the other, by their hashes. */
  float[] vectors() {
    float[] vectors = new float[Math.multiplyExact(sampled.size(), cells)];
    int at = 0;
    for (Row row : sampled.keySet()) {
      System.arraycopy(row.vector, 0, vectors, at, cells);
      at += cells;
    }
    return vectors;
  }

  /** How often each was seen. */
  double[] weights() {
    return sampled.values().stream().mapToDouble(count -> count[0]).toArray();
  }

  /** Adds a vector of finite numbers. */
  void add(float[] vectors, int at) {
    rows++;
    for (int i = at; i < at + cells; i++) {
      largest = Math.max(largest, Math.abs(vectors[i]));
    }
    long hash = hash(vectors, at);
    if (sampled.size() == capacity && hash > sampled.lastKey().hash) {
      return;
    }
    float[] vector = new float[cells];
    for (int i = 0; i < cells; i++) {
      vector[i] = vectors[at + i] + 0f;
    }
    add(new Row(hash, vector), 1);
  }

  private long hash(float[] vectors, int at) {
    long hash = seed;
    for (int i = at; i < at + cells; i++) {
      // Adding 0 makes -0 into 0.
      hash = mixed(hash ^ Float.floatToIntBits(vectors[i] + 0f));
    }
    return hash;
  }

  private void add(Row row, long times) {
    sampled.computeIfAbsent(row, r -> new long[1])[0] += times;
    if (sampled.size() > capacity) {
      sampled.pollLastEntry();
    }
  }

  /** The next number of SplitMix64 after this state. */
  static long mixed(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  @Override
  public void merge(VectorSample other) {
    rows += other.rows;
    largest = Math.max(largest, other.largest);
    other.sampled.forEach((row, times) -> add(row, times[0]));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeFloat(largest);
    out.writeInt(sampled.size());
    for (var entry : sampled.entrySet()) {
      out.writeLong(entry.getValue()[0]);
      for (float value : entry.getKey().vector) {
        out.writeFloat(value);
      }
    }
  }

  static VectorSample read(DataInput in, int cells, KMeansOptions options) throws IOException {
    VectorSample summary = new VectorSample(cells, options);
    summary.rows = in.readLong();
    summary.largest = in.readFloat();
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      long times = in.readLong();
      float[] vector = new float[cells];
      for (int cell = 0; cell < cells; cell++) {
        vector[cell] = in.readFloat();
      }
      summary.add(new Row(summary.hash(vector, 0), vector), times);
    }
    return summary;
  }
}
