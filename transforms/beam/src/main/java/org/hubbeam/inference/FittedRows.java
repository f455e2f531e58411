// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Converted;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a function takes them. What it declares decides: its types, how many values a row has,
 * and in which shape; never what a record has. Rows of different lengths are called apart where an
 * input takes rows of any length.
 *
 * @param groups rows that can be called together, in the order of their first rows
 * @param bad rows that have not what an input declares, rising
 */
record FittedRows(List<Group> groups, List<CallPlan.BadRow> bad) {

  /**
   * Rows that can be called together.
   *
   * @param rows their numbers, rising
   * @param inputs their columns, under the names of the inputs
   */
  record Group(int[] rows, Batch inputs) {}

  /**
   * What an input takes.
   *
   * @param column its column
   * @param spec as it is declared
   * @param dtypes those that it can have
   * @param rows what a list in the column is
   */
  record Input(String column, ArraySpec spec, Set<DType> dtypes, Rows rows) {}

  /** What a list is for an input without a second dimension. */
  enum Rows {
    /** The values of the row, of which there must be one. */
    VALUES,
    /** A record by itself, as a sound is. */
    LISTS
  }

  /** Fits the columns of a batch. */
  static FittedRows of(Batch batch, List<Input> inputs) {
    Map<Integer, CallPlan.BadRow> bad = new TreeMap<>();
    Map<String, RowShapes> columns = new LinkedHashMap<>();
    for (Input input : inputs) {
      Converted converted = converted(batch.column(input.column), input);
      converted
          .faults()
          .forEach(
              (row, fault) -> bad.putIfAbsent(row, new CallPlan.BadRow(row, input.column, fault)));
      RowShapes shapes = RowShapes.of(converted.array(), input.spec, input.rows);
      for (int row = 0; row < batch.rows(); row++) {
        String fault = shapes.fault(row);
        if (fault != null) {
          bad.putIfAbsent(row, new CallPlan.BadRow(row, input.column, fault));
        }
      }
      columns.put(input.spec.name(), shapes);
    }
    Map<List<Integer>, List<Integer>> alike = new LinkedHashMap<>();
    for (int row = 0; row < batch.rows(); row++) {
      if (!bad.containsKey(row)) {
        List<Integer> lengths = new ArrayList<>();
        for (RowShapes shapes : columns.values()) {
          lengths.add(shapes.length(row));
        }
        alike.computeIfAbsent(lengths, key -> new ArrayList<>()).add(row);
      }
    }
    List<Group> groups = new ArrayList<>();
    alike.values().forEach(rows -> groups.add(group(batch, columns, rows)));
    return new FittedRows(groups, List.copyOf(bad.values()));
  }

  private static Group group(Batch batch, Map<String, RowShapes> columns, List<Integer> rows) {
    int[] numbers = rows.stream().mapToInt(row -> row).toArray();
    boolean all = numbers.length == batch.rows();
    Map<String, Array> arrays = new LinkedHashMap<>();
    columns.forEach((name, shapes) -> arrays.put(name, shapes.array(all ? null : numbers)));
    Batch.Origin origin = all ? batch.origin() : origin(batch, numbers);
    return new Group(numbers, new Batch(numbers.length, arrays, origin));
  }

  private static Batch.Origin origin(Batch batch, int[] rows) {
    long[] records = batch.origin().records();
    return new Batch.Origin(
        batch.origin().source(), Arrays.stream(rows).mapToLong(row -> records[row]).toArray());
  }

  private static Converted converted(Array column, Input input) {
    if (input.dtypes.isEmpty() || input.dtypes.contains(column.dtype())) {
      return new Converted(column, Map.of());
    }
    return Converted.of(column, nearest(column.dtype(), input));
  }

  /** The type that values become: one of their own kind if there is one, else the declared one. */
  private static DType nearest(DType found, Input input) {
    @Nullable DType near = null;
    for (DType dtype : input.dtypes) {
      if (near == null
          && (found.isInteger() && dtype.isInteger() || found.isFloating() && dtype.isFloating())) {
        near = dtype;
      }
    }
    return near != null || !input.dtypes.contains(input.spec.dtype())
        ? near != null ? near : input.dtypes.iterator().next()
        : input.spec.dtype();
  }
}
