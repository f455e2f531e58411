// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Distinct values in rising order, each with its weight and with bounds of its rank: at least
 * {@code low} of the total weight is below the value, at most {@code high} is at or below it.
 * Merging two keeps the error of the worse one, in parts of the total weight; compressing to b
 * values adds 1/b. Not changed after construction.
 */
final class RankedValues {

  private final int size;
  private final double[] value;
  private final double[] weight;
  private final double[] low;
  private final double[] high;

  private RankedValues(int size, double[] value, double[] weight, double[] low, double[] high) {
    this.size = size;
    this.value = value;
    this.weight = weight;
    this.low = low;
    this.high = high;
  }

  static final RankedValues NONE =
      new RankedValues(0, new double[0], new double[0], new double[0], new double[0]);

  private static RankedValues room(int size) {
    return new RankedValues(
        size, new double[size], new double[size], new double[size], new double[size]);
  }

  private RankedValues first(int count) {
    return new RankedValues(count, value, weight, low, high);
  }

  /** The first values of an array, each with a weight; null weights are all 1. */
  static RankedValues exact(double[] values, double @Nullable [] weights, int count) {
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double[] sums = new double[count];
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      if (distinct == 0 || sorted[i] != sorted[distinct - 1]) {
        sorted[distinct++] = sorted[i];
      }
      sums[distinct - 1]++;
    }
    if (weights != null) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < count; i++) {
        sums[Arrays.binarySearch(sorted, 0, distinct, values[i])] += weights[i];
      }
    }
    double[] low = new double[distinct];
    double[] high = new double[distinct];
    double below = 0;
    for (int i = 0; i < distinct; i++) {
      low[i] = below;
      below += sums[i];
      high[i] = below;
    }
    return new RankedValues(distinct, sorted, sums, low, high);
  }

  int size() {
    return size;
  }

  double value(int i) {
    return value[i];
  }

  double totalWeight() {
    return size == 0 ? 0 : high[size - 1];
  }

  /** The least rank of what comes behind value i. */
  private double behind(int i) {
    return low[i] + weight[i];
  }

  /** The rank between value i and the next, half-way between its bounds; the last is the total. */
  double rankBehind(int i) {
    return i + 1 == size ? totalWeight() : (behind(i) + before(i + 1)) / 2;
  }

  /** The greatest rank of what comes before value i. */
  private double before(int i) {
    return high[i] - weight[i];
  }

  /** The values of both. */
  RankedValues merge(RankedValues other) {
    if (other.size == 0) {
      return this;
    }
    if (size == 0) {
      return other;
    }
    RankedValues merged = room(Math.addExact(size, other.size));
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < size || j < other.size) {
      if (j == other.size || (i < size && value[i] < other.value[j])) {
        merged.take(count++, this, i++, other, j);
      } else if (i == size || other.value[j] < value[i]) {
        merged.take(count++, other, j++, this, i);
      } else {
        merged.value[count] = value[i];
        merged.weight[count] = weight[i] + other.weight[j];
        merged.low[count] = low[i] + other.low[j];
        merged.high[count++] = high[i++] + other.high[j++];
      }
    }
    return merged.first(count);
  }

  /** Takes value i of one, when the values of the other before j are smaller and j is greater. */
  private void take(int at, RankedValues one, int i, RankedValues other, int j) {
    value[at] = one.value[i];
    weight[at] = one.weight[i];
    low[at] = one.low[i] + (j == 0 ? 0 : other.behind(j - 1));
    high[at] = one.high[i] + (j == other.size ? other.totalWeight() : other.before(j));
  }

  /**
   * The values nearest to the ranks 0, 1/n, 2/n up to n/n of the total weight: their indices, n + 1
   * of them, never falling.
   */
  int[] nearest(int n) {
    int[] indices = new int[n + 1];
    int current = 0;
    for (int rank = 0; rank <= n; rank++) {
      double twice = 2 * (rank * totalWeight() / n);
      int next = current + 1;
      while (next < size && twice >= low[next] + high[next]) {
        next++;
      }
      current = next - 1;
      indices[rank] = next == size || twice < behind(current) + before(next) ? current : next;
    }
    return indices;
  }

  /** At most n + 1 of the values; the first and the last stay. */
  RankedValues compress(int n) {
    if (size <= n + 1) {
      return this;
    }
    RankedValues kept = room(n + 1);
    int count = 0;
    int previous = -1;
    for (int index : nearest(n)) {
      if (index != previous) {
        kept.value[count] = value[index];
        kept.weight[count] = weight[index];
        kept.low[count] = low[index];
        kept.high[count++] = high[index];
        previous = index;
      }
    }
    return kept.first(count);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(size);
    Encoding.writeDoubles(out, value, size);
    Encoding.writeDoubles(out, weight, size);
    Encoding.writeDoubles(out, low, size);
    Encoding.writeDoubles(out, high, size);
  }

  static RankedValues read(DataInput in) throws IOException {
    int size = Encoding.readSize(in);
    return new RankedValues(
        size,
        Encoding.readDoubles(in, size),
        Encoding.readDoubles(in, size),
        Encoding.readDoubles(in, size),
        Encoding.readDoubles(in, size));
  }
}
