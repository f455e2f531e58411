// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;

/**
 * Elements that wait for their call, with their values. Never above the limits, except for one
 * element that is too large by itself. For one thread.
 *
 * @param <E> what is to be kept of each element
 */
final class RowBuffer<E> {
  private final Limits limits;
  private List<E> elements = new ArrayList<>();
  private List<Map<String, Array.Dense>> rows = new ArrayList<>();
  private long bytes;

  RowBuffer(Limits limits) {
    this.limits = limits;
  }

  /** Whether a row of these values can be added without going beyond the limits. */
  boolean takes(Map<String, Array.Dense> row) {
    return rows.isEmpty()
        || (rows.size() < limits.rows()
            && bytes + byteSize(row) <= limits.bytes()
            && alike(rows.get(0), row));
  }

  void add(E element, Map<String, Array.Dense> row) {
    elements.add(element);
    rows.add(row);
    bytes += byteSize(row);
  }

  /** Whether nothing more can be added. */
  boolean isFull() {
    return rows.size() >= limits.rows() || bytes >= limits.bytes();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The elements, in the order in which they were added. */
  List<E> elements() {
    return elements;
  }

  /** The rows as a batch. */
  Batch batch() {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (String name : rows.get(0).keySet()) {
      columns.put(name, Cells.stack(rows.stream().map(r -> r.get(name)).toList()));
    }
    return new Batch(rows.size(), columns, Batch.Origin.unknown(rows.size()));
  }

  void clear() {
    elements = new ArrayList<>();
    rows = new ArrayList<>();
    bytes = 0;
  }

  private static boolean alike(Map<String, Array.Dense> one, Map<String, Array.Dense> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (Map.Entry<String, Array.Dense> cell : one.entrySet()) {
      Array.Dense like = other.get(cell.getKey());
      if (like == null || !Cells.alike(cell.getValue(), like)) {
        return false;
      }
    }
    return true;
  }

  private static long byteSize(Map<String, Array.Dense> row) {
    long bytes = 0;
    for (Array.Dense cell : row.values()) {
      bytes += cell.values().byteSize();
    }
    return bytes;
  }
}
