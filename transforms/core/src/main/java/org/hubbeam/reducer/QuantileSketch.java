// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weighted quantiles of a stream: a buffer of plain values, and levels of compressed ones, each
 * standing for twice as many as the level below. Exact until the buffer is full for the first time.
 *
 * <p>A value that is asked for lies within epsilon of its rank, in parts of the total weight, for
 * up to 2^32 values, however they were split and merged: a value is compressed once a level.
 */
final class QuantileSketch {

  private static final long MAX_VALUES = 1L << 32;

  private final int block;
  private double[] values = {};
  private double @Nullable [] weights;
  private int count;
  private final List<RankedValues> levels = new ArrayList<>();

  QuantileSketch(double epsilon) {
    this(block(epsilon));
  }

  private QuantileSketch(int block) {
    this.block = block;
  }

  QuantileSketch fresh() {
    return new QuantileSketch(block);
  }

  /** How many values a level keeps, so that the errors of all levels together are epsilon. */
  private static int block(double epsilon) {
    double block = 2;
    for (int levels = 1; Math.scalb(block, levels) < MAX_VALUES; levels++) {
      block = Math.ceil(levels / epsilon) + 1;
    }
    return (int) Math.min(block, 1 << 29);
  }

  /** Adds a value that is not NaN. One whose weight is no positive number is left out. */
  void add(double value, double weight) {
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      return;
    }
    if (count == values.length) {
      if (count >= 2 * block) {
        flush();
      } else {
        grow();
      }
    }
    if (weight != 1 && weights == null) {
      weights = new double[values.length];
      Arrays.fill(weights, 0, count, 1);
    }
    if (weights != null) {
      weights[count] = weight;
    }
    values[count++] = value + 0.0;
  }

  private void grow() {
    int length = Math.min(2 * block, Encoding.grown(count, count + 12));
    values = Arrays.copyOf(values, length);
    if (weights != null) {
      weights = Arrays.copyOf(weights, length);
    }
  }

  private void flush() {
    push(0, RankedValues.exact(values, weights, count).compress(block));
    count = 0;
    weights = null;
  }

  private void push(int from, RankedValues ranked) {
    RankedValues rising = ranked;
    int level = from;
    while (level < levels.size() && levels.get(level).size() > 0) {
      rising = levels.get(level).merge(rising);
      if (rising.size() <= block + 1) {
        break;
      }
      levels.set(level, RankedValues.NONE);
      rising = rising.compress(block);
      level++;
    }
    while (levels.size() <= level) {
      levels.add(RankedValues.NONE);
    }
    levels.set(level, rising);
  }

  void merge(QuantileSketch other) {
    for (int level = 0; level < other.levels.size(); level++) {
      if (other.levels.get(level).size() > 0) {
        push(level, other.levels.get(level));
      }
    }
    for (int i = 0; i < other.count; i++) {
      add(other.values[i], other.weights == null ? 1 : other.weights[i]);
    }
  }

  /**
   * The {@code buckets - 1} values between this many parts of equal weight; zeros when there is no
   * value. The sketch can be used further.
   */
  double[] boundaries(int buckets) {
    RankedValues all = all();
    double[] boundaries = new double[buckets - 1];
    if (all.size() > 0) {
      int[] nearest = all.nearest(buckets);
      for (int i = 0; i < boundaries.length; i++) {
        boundaries[i] = all.value(nearest[i + 1]);
      }
    }
    return boundaries;
  }

  /** Everything that is known. */
  RankedValues all() {
    RankedValues all = RankedValues.exact(values, weights, count);
    for (RankedValues level : levels) {
      all = all.merge(level);
    }
    return all;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(count);
    out.writeBoolean(weights != null);
    Encoding.writeDoubles(out, values, count);
    if (weights != null) {
      Encoding.writeDoubles(out, weights, count);
    }
    out.writeInt(levels.size());
    for (RankedValues level : levels) {
      level.write(out);
    }
  }

  /** Reads into this fresh sketch. */
  void read(DataInput in) throws IOException {
    count = Encoding.readSize(in);
    boolean weighted = in.readBoolean();
    if (count > 2 * block) {
      throw new IOException("a damaged summary: " + count + " values in a buffer of " + 2 * block);
    }
    values = Encoding.readDoubles(in, count);
    weights = weighted ? Encoding.readDoubles(in, count) : null;
    int size = Encoding.readSize(in);
    for (int i = 0; i < size; i++) {
      levels.add(RankedValues.read(in));
    }
  }
}
