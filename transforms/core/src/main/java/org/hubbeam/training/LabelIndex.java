// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.PythonText;
import org.jspecify.annotations.Nullable;

/**
 * The names of classes or labels as they come, with their rows; at the end in the order of their
 * values.
 */
final class LabelIndex {

  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingDouble(Double::parseDouble).thenComparing(PythonText.ORDER);

  private static final class Entry {
    final int index;
    long train;
    long heldOut;

    Entry(int index) {
      this.index = index;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** The number of a name among those that came, counting a row that has it. */
  int add(String name, boolean heldOut) {
    Entry entry = entries.computeIfAbsent(name, n -> new Entry(entries.size()));
    if (heldOut) {
      entry.heldOut++;
    } else {
      entry.train++;
    }
    return entry.index;
  }

  /** The names in the order of their values: as numbers when all are. */
  List<String> names() {
    List<String> names = new ArrayList<>(entries.keySet());
    names.sort(names.stream().allMatch(LabelIndex::isNumber) ? BY_NUMBER : PythonText.ORDER);
    return names;
  }

  private static boolean isNumber(String name) {
    try {
      return Double.isFinite(Double.parseDouble(name));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** For each number that {@link #add} gave, the index in {@link #names}. */
  int[] places() {
    List<String> names = names();
    int[] places = new int[names.size()];
    for (int i = 0; i < places.length; i++) {
      places[entry(names.get(i)).index] = i;
    }
    return places;
  }

  private Entry entry(String name) {
    return Objects.requireNonNull(entries.get(name));
  }

  /** The first name without a row to train on; null when there is none. */
  @Nullable String withoutTraining() {
    return names().stream().filter(name -> entry(name).train == 0).findFirst().orElse(null);
  }

  /** The first name without a row that is held out; null when there is none. */
  @Nullable String withoutHeldOut() {
    return names().stream().filter(name -> entry(name).heldOut == 0).findFirst().orElse(null);
  }

  /** How many rows have a name. */
  long rows(String name) {
    return entry(name).train + entry(name).heldOut;
  }
}
