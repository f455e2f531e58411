// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** Puts the entries of a table into the order of their keys. */
final class TableOrder {

  private TableOrder() {}

  /** A table whose entries come in any order. */
  static Table sorted(String node, Array.Dense keys, Array.Dense values) {
    int size = Math.toIntExact(keys.dims().get(0));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      order.add(i);
    }
    if (keys.values() instanceof Values.Strings bytes) {
      order.sort((a, b) -> Arrays.compareUnsigned(bytes.get(a), bytes.get(b)));
    } else {
      long[] numbers = ((Values.Numbers) keys.values()).toLongs();
      order.sort(Comparator.comparingLong(i -> numbers[i]));
    }
    int[] rows = order.stream().mapToInt(i -> i).toArray();
    return new Table(node, keys.select(rows), values.select(rows));
  }
}
