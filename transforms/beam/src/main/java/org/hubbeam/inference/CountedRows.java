// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleException.Kind;

/** Rows cut to the number of entries that count. */
final class CountedRows {

  private CountedRows() {}

  /**
   * The batch with these columns cut.
   *
   * @param count the column with the numbers
   * @throws ModuleException when a number is none, or more than a row has
   */
  static Batch cut(Batch given, String count, List<String> counted) {
    Values.Numbers numbers = (Values.Numbers) given.column(count).values();
    if (numbers.size() != given.rows()) {
      throw refused(count, "has " + numbers.size() + " values for " + given.rows() + " rows");
    }
    int[] counts = new int[given.rows()];
    for (int row = 0; row < counts.length; row++) {
      double number =
          numbers.dtype().isFloating() ? numbers.getDouble(row) : (double) numbers.getLong(row);
      counts[row] = (int) number;
      if (counts[row] != number || number < 0) {
        throw refused(count, "is " + number + ", expected a number of entries");
      }
    }
    Map<String, Array> cut = new LinkedHashMap<>(given.columns());
    for (String name : counted) {
      cut.put(name, cut(given.column(name), counts, count, name));
    }
    return new Batch(given.rows(), cut, given.origin());
  }

  private static Array.Ragged cut(Array array, int[] counts, String count, String name) {
    int[] splits;
    Array entries;
    if (array instanceof Array.Dense dense) {
      int width = Math.toIntExact(dense.dims().get(1));
      splits = IntStream.rangeClosed(0, counts.length).map(i -> i * width).toArray();
      List<Long> dims = new ArrayList<>(dense.dims().subList(1, dense.dims().size()));
      dims.set(0, (long) splits[counts.length]);
      entries = new Array.Dense(dims, dense.values());
    } else {
      Array.Ragged ragged = (Array.Ragged) array;
      splits = ragged.rowSplits().get(0);
      entries = entries(ragged);
    }
    int[] ends = new int[counts.length + 1];
    for (int row = 0; row < counts.length; row++) {
      int length = splits[row + 1] - splits[row];
      if (counts[row] > length) {
        throw refused(
            count, "is " + counts[row] + ", but '" + name + "' has " + length + " entries");
      }
      ends[row + 1] = ends[row] + counts[row];
    }
    int[] chosen = new int[ends[counts.length]];
    for (int row = 0; row < counts.length; row++) {
      for (int i = 0; i < counts[row]; i++) {
        chosen[ends[row] + i] = splits[row] + i;
      }
    }
    return lists(entries.select(chosen), ends);
  }

  /** What the rows of a ragged array are lists of, one behind the other. */
  private static Array entries(Array.Ragged ragged) {
    int levels = ragged.rowSplits().size();
    if (levels > 1) {
      return new Array.Ragged(
          ragged.values(), ragged.rowSplits().subList(1, levels), ragged.inner());
    }
    int[] splits = ragged.rowSplits().get(0);
    List<Long> dims = new ArrayList<>(ragged.inner());
    dims.add(0, (long) splits[splits.length - 1]);
    return new Array.Dense(dims, ragged.values());
  }

  private static Array.Ragged lists(Array entries, int[] splits) {
    if (entries instanceof Array.Ragged ragged) {
      List<int[]> all = new ArrayList<>(ragged.rowSplits());
      all.add(0, splits);
      return new Array.Ragged(ragged.values(), all, ragged.inner());
    }
    return new Array.Ragged(
        entries.values(), List.of(splits), entries.dims().subList(1, entries.dims().size()));
  }

  private static ModuleException refused(String count, String what) {
    return new ModuleException(Kind.REFUSED, "the output '" + count + "' " + what);
  }
}
