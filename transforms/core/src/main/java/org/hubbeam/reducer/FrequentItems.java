// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The most frequent of many byte strings in bounded memory, by Misra and Gries: exact while there
 * are no more different ones than the capacity. Beyond, every count is too low by at most {@link
 * #slack}, which is at most the total weight by the capacity.
 */
final class FrequentItems implements Summary<FrequentItems> {

  private final int capacity;
  private KeyTable keys = new KeyTable();
  private double[] counts = new double[16];
  private double slack;

  FrequentItems(int capacity) {
    this.capacity = capacity;
  }

  void add(byte[] block, int from, int to, double weight) {
    if (!(weight > 0)) {
      return;
    }
    addTo(keys.put(block, from, to), weight);
    if (keys.size() > 2L * capacity) {
      compress();
    }
  }

  private void addTo(int key, double weight) {
    if (key >= counts.length) {
      counts = Arrays.copyOf(counts, Encoding.grown(counts.length, key + 1));
    }
    counts[key] += weight;
  }

  @Override
  public void merge(FrequentItems other) {
    int[] numbers = keys.putAll(other.keys);
    for (int i = 0; i < numbers.length; i++) {
      addTo(numbers[i], other.counts[i]);
    }
    slack += other.slack;
    if (keys.size() > 2L * capacity) {
      compress();
    }
  }

  /**
   * Subtracts the same number from every count, so that at most as many as the capacity stay above
   * 0.
   */
  private void compress() {
    int size = keys.size();
    if (size <= capacity) {
      return;
    }
    double[] sorted = Arrays.copyOf(counts, size);
    Arrays.sort(sorted);
    double taken = sorted[size - 1 - capacity];
    KeyTable kept = new KeyTable();
    double[] rest = new double[capacity];
    for (int key = 0; key < size; key++) {
      if (counts[key] > taken) {
        rest[kept.put(keys.bytes(), keys.start(key), keys.end(key))] = counts[key] - taken;
      }
    }
    keys = kept;
    counts = rest;
    slack += taken;
  }

  /** What is left when no more are kept than the capacity; this one stays as it is. */
  FrequentItems compressed() {
    FrequentItems copy = new FrequentItems(capacity);
    copy.merge(this);
    copy.compress();
    return copy;
  }

  KeyTable keys() {
    return keys;
  }

  double count(int key) {
    return counts[key];
  }

  /** By how much counts can be too low. */
  double slack() {
    return slack;
  }

  @Override
  public void write(DataOutput out) throws IOException {
    keys.write(out);
    Encoding.writeDoubles(out, counts, keys.size());
    out.writeDouble(slack);
  }

  static FrequentItems read(DataInput in, int capacity) throws IOException {
    FrequentItems items = new FrequentItems(capacity);
    items.keys = KeyTable.read(in);
    items.counts = Encoding.readDoubles(in, items.keys.size());
    items.slack = in.readDouble();
    return items;
  }
}
