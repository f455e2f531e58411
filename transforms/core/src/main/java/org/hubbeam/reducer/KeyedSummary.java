// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** What was seen so far of the values of each key. */
final class KeyedSummary implements Summary<KeyedSummary> {

  private final KeyTable keys;
  private final Slots slots;
  private final int cells;

  KeyedSummary(KeyTable keys, Slots slots, int cells) {
    this.keys = keys;
    this.slots = slots;
    this.cells = cells;
  }

  KeyTable keys() {
    return keys;
  }

  Slots slots() {
    return slots;
  }

  int cells() {
    return cells;
  }

  /** How many slots the keys have. */
  int size() {
    return Math.multiplyExact(keys.size(), cells);
  }

  @Override
  public void merge(KeyedSummary other) {
    int[] numbers = keys.putAll(other.keys);
    slots.grow(size());
    slots.merge(other.slots, slotsOf(numbers));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    keys.write(out);
    slots.write(out, size());
  }

  static KeyedSummary read(DataInput in, Slots slots, int cells) throws IOException {
    KeyedSummary summary = new KeyedSummary(KeyTable.read(in), slots, cells);
    slots.read(in, summary.size());
    return summary;
  }

  /** The slots of these keys, one key after the other. */
  private int[] slotsOf(int[] numbers) {
    int[] places = new int[numbers.length * cells];
    Arrays.setAll(places, i -> numbers[i / cells] * cells + i % cells);
    return places;
  }

  /** The slots, ordered by the bytes of their keys. */
  Slots ordered(int[] order) {
    int[] ranks = new int[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      ranks[order[rank]] = rank;
    }
    Slots ordered = slots.fresh();
    ordered.grow(size());
    ordered.merge(slots, slotsOf(ranks));
    return ordered;
  }
}
