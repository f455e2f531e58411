// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Number, mean and sum of squared deviations of the finite values of each slot. */
final class MomentSlots extends ArraySlots {

  private final DType result;

  MomentSlots(DType result) {
    super(new long[1], new double[2]);
    this.result = result;
  }

  @Override
  public Slots fresh() {
    return new MomentSlots(result);
  }

  @Override
  public void add(Values values, double @Nullable [] weights, int @Nullable [] places) {
    double[] x = NumberArrays.doubles((Values.Numbers) values);
    long[] counts = longs[0];
    double[] means = doubles[0];
    double[] squares = doubles[1];
    if (places == null) {
      addAll(x);
      return;
    }
    if (counts.length <= x.length) {
      addGroups(x, places);
      return;
    }
    for (int i = 0; i < x.length; i++) {
      double value = x[i];
      if (Double.isFinite(value)) {
        int slot = places[i];
        double delta = value - means[slot];
        means[slot] += delta / ++counts[slot];
        squares[slot] += delta * (value - means[slot]);
      }
    }
  }

  private void addAll(double[] x) {
    double sum = NumberArrays.sum(x);
    int count = x.length;
    if (!Double.isFinite(sum)) {
      sum = 0;
      count = 0;
      for (double value : x) {
        if (Double.isFinite(value)) {
          sum += value;
          count++;
        }
      }
    }
    if (count == 0) {
      return;
    }
    double mean = sum / count;
    double square = 0;
    for (double value : x) {
      double delta = value - mean;
      square += Double.isFinite(delta) ? delta * delta : 0;
    }
    put(0, count, mean, square);
  }

  /** Adds groups of several values each: a division for a group, not for a value. */
  private void addGroups(double[] x, int[] places) {
    int size = longs[0].length;
    int[] count = new int[size];
    double[] mean = new double[size];
    double[] square = new double[size];
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i])) {
        count[places[i]]++;
        mean[places[i]] += x[i];
      }
    }
    for (int slot = 0; slot < size; slot++) {
      mean[slot] /= Math.max(1, count[slot]);
    }
    for (int i = 0; i < x.length; i++) {
      double delta = x[i] - mean[places[i]];
      square[places[i]] += Double.isFinite(delta) ? delta * delta : 0;
    }
    for (int slot = 0; slot < size; slot++) {
      put(slot, count[slot], mean[slot], square[slot]);
    }
  }

  private void put(int slot, long count, double mean, double square) {
    if (count == 0) {
      return;
    }
    long[] counts = longs[0];
    double[] means = doubles[0];
    double[] squares = doubles[1];
    long total = counts[slot] + count;
    double delta = mean - means[slot];
    double share = (double) count / total;
    means[slot] += delta * share;
    squares[slot] += square + delta * delta * share * counts[slot];
    counts[slot] = total;
  }

  @Override
  public void merge(Slots other, int[] places) {
    MomentSlots from = (MomentSlots) other;
    for (int i = 0; i < places.length; i++) {
      put(places[i], from.longs[0][i], from.doubles[0][i], from.doubles[1][i]);
    }
  }

  @Override
  public List<Values.Numbers> finish(int size, Empty empty) {
    long[] counts = longs[0];
    double[] mean = Arrays.copyOf(doubles[0], size);
    double[] variance = new double[size];
    for (int i = 0; i < size; i++) {
      if (counts[i] > 0) {
        variance[i] = doubles[1][i] / counts[i];
      } else if (empty == Empty.MISSING) {
        mean[i] = Double.NaN;
        variance[i] = Double.NaN;
      }
    }
    return List.of(NumberArrays.pack(result, mean), NumberArrays.pack(result, variance));
  }
}
