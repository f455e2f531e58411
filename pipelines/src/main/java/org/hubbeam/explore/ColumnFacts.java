// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.search.ColumnType;
import org.hubbeam.search.IndexColumn;
import org.jspecify.annotations.Nullable;

/** What the values of a column are like, from adding those of all rows. */
final class ColumnFacts {

  /** With more different values they are not counted. */
  private static final int DISTINCT = 1000;

  /** How many values are suggested. */
  private static final int SUGGESTED = 200;

  /** How many values have a color of their own. */
  static final int CATEGORIES = 12;

  private final IndexColumn column;
  private @Nullable Map<Object, Integer> counts = new HashMap<>();
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private long present;
  private long characters;

  ColumnFacts(IndexColumn column) {
    this.column = column;
    if (column.type() == ColumnType.BYTES) {
      counts = null;
    }
  }

  String name() {
    return column.name();
  }

  ColumnType type() {
    return column.type();
  }

  void add(Object value) {
    present++;
    if (value instanceof String text) {
      characters += text.length();
    } else if (value instanceof Number number && !Double.isNaN(number.doubleValue())) {
      min = Math.min(min, number.doubleValue());
      max = Math.max(max, number.doubleValue());
    }
    if (counts != null) {
      counts.merge(value, 1, Integer::sum);
      if (counts.size() > DISTINCT) {
        counts = null;
      }
    }
  }

  /** The mean length of the texts. */
  double length() {
    return present == 0 ? 0 : (double) characters / present;
  }

  boolean isNumber() {
    return type() == ColumnType.INT64 || type() == ColumnType.DOUBLE;
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  /** Whether points can have the colors of its values. */
  boolean hasColors() {
    if (isNumber()) {
      return min < max && !Double.isInfinite(max - min) || isCategories();
    }
    return counts != null
        && counts.size() > 1
        && (counts.size() < 50 || counts.size() * 3L < present);
  }

  /** Whether its values are few enough for one color each, or have no order. */
  boolean isCategories() {
    if (counts == null) {
      return false;
    }
    return type() == ColumnType.INT64 ? counts.size() <= CATEGORIES : type() != ColumnType.DOUBLE;
  }

  /** The most frequent values, the most frequent first; without any where there are too many. */
  List<Map.Entry<Object, Integer>> frequent(int most) {
    if (counts == null) {
      return List.of();
    }
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<Object, Integer>comparingByValue()
                .reversed()
                .thenComparing(entry -> entry.getKey(), ColumnFacts::compare))
        .limit(most)
        .toList();
  }

  /** Numbers in their order, others as texts. */
  static int compare(Object a, Object b) {
    return a instanceof Number x && b instanceof Number y
        ? Double.compare(x.doubleValue(), y.doubleValue())
        : Comparator.<String>naturalOrder().compare(String.valueOf(a), String.valueOf(b));
  }

  void write(ObjectNode node) {
    node.put("name", name());
    node.put("type", type().toString());
    node.put("present", present);
    node.put("colors", hasColors());
    if (counts != null) {
      ArrayNode values = node.putArray("values");
      for (Map.Entry<Object, Integer> value : frequent(SUGGESTED)) {
        RowJson.value(values.addArray(), value.getKey()).add(value.getValue());
      }
    }
    if (min <= max) {
      if (type() == ColumnType.INT64) {
        node.put("min", (long) min).put("max", (long) max);
      } else {
        node.put("min", min).put("max", max);
      }
    }
  }
}
