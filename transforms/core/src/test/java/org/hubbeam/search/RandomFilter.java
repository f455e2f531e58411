// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * A filter as text, and what it says of a row: true, false, or null where that is not known, as in
 * SQL.
 */
record RandomFilter(String text, Function<Map<String, Object>, Boolean> truth) {

  private static final List<String> ORDERS = List.of("==", "=", "!=", "<>", "<", "<=", ">", ">=");

  static RandomFilter of(Random random, int depth) {
    int kind = depth == 0 ? 9 : random.nextInt(10);
    if (kind < 2) {
      RandomFilter part = of(random, depth - 1);
      return new RandomFilter(
          (kind == 0 ? "not (" : "!(") + part.text + ")",
          row -> {
            Boolean truth = part.truth.apply(row);
            return truth == null ? null : !truth;
          });
    }
    if (kind < 7) {
      boolean and = kind < 5;
      RandomFilter a = of(random, depth - 1);
      RandomFilter b = of(random, depth - 1);
      String word =
          List.of(and ? "and" : "or", and ? "AND" : "OR", and ? "&&" : "||").get(random.nextInt(3));
      return new RandomFilter(
          "(" + a.text + ") " + word + " (" + b.text + ")",
          row -> joined(a.truth.apply(row), b.truth.apply(row), and));
    }
    return leaf(random);
  }

  private static Boolean joined(Boolean a, Boolean b, boolean and) {
    Boolean decides = !and;
    if (decides.equals(a) || decides.equals(b)) {
      return decides;
    }
    return a == null || b == null ? null : Boolean.valueOf(and);
  }

  private static RandomFilter leaf(Random random) {
    IndexColumn column = TestIndex.COLUMNS.get(random.nextInt(TestIndex.COLUMNS.size()));
    String name = random.nextInt(5) == 0 ? "`" + column.name() + "`" : column.name();
    if (column.type() == ColumnType.BYTES || random.nextInt(8) == 0) {
      boolean not = random.nextBoolean();
      return new RandomFilter(
          name + (not ? " is not null" : " is null"), row -> row.containsKey(column.name()) == not);
    }
    if (column.type() == ColumnType.BOOL) {
      boolean wanted = random.nextBoolean();
      String text = random.nextBoolean() ? name + " == " + wanted : name + " != " + !wanted;
      return of(
          wanted && random.nextBoolean() ? name : text, column, value -> value.equals(wanted));
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        List<Object> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
          Object value = value(random, column);
          values.add(value);
          texts.add(text(value));
        }
        boolean not = random.nextBoolean();
        return of(
            name + (not ? " not in (" : " in (") + String.join(", ", texts) + ")",
            column,
            value -> values.stream().anyMatch(v -> order(value, v) == 0) != not);
      }
      case 1 -> {
        Object from = value(random, column);
        Object to = value(random, column);
        boolean between = random.nextBoolean();
        return of(
            between
                ? name + " between " + text(from) + " and " + text(to)
                : text(from) + " <= " + name + " < " + text(to),
            column,
            value ->
                order(value, from) >= 0
                    && (between ? order(value, to) <= 0 : order(value, to) < 0));
      }
      default -> {
        String sign = ORDERS.get(random.nextInt(ORDERS.size()));
        Object other = value(random, column);
        boolean turned = random.nextInt(4) == 0;
        return of(
            turned ? text(other) + sign + name : name + sign + text(other),
            column,
            value -> holds(sign, turned ? -order(value, other) : order(value, other)));
      }
    }
  }

  private static RandomFilter of(String text, IndexColumn column, Function<Object, Boolean> test) {
    return new RandomFilter(
        text, row -> row.containsKey(column.name()) ? test.apply(row.get(column.name())) : null);
  }

  private static boolean holds(String sign, int order) {
    return switch (sign) {
      case "==", "=" -> order == 0;
      case "!=", "<>" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private static Object value(Random random, IndexColumn column) {
    return switch (column.type()) {
      case STRING ->
          column.name().equals("lang")
              ? List.of("de", "fr", "en", "zh", "\ud83d\ude00", "x", "\uffee", "it's")
                  .get(random.nextInt(8))
              : "title " + random.nextInt(1_000_000);
      case INT64 -> random.nextInt(10) == 0 ? 1e30 : 1950 + random.nextInt(160) / 2.0;
      default -> random.nextInt(80) / 8.0;
    };
  }

  private static String text(Object value) {
    return value instanceof String text ? "'" + text.replace("'", "''") + "'" : value.toString();
  }

  private static int order(Object a, Object b) {
    if (a instanceof String text) {
      int[] x = text.codePoints().toArray();
      int[] y = b.toString().codePoints().toArray();
      return Arrays.compare(x, y);
    }
    return Double.compare(((Number) a).doubleValue(), (Double) b);
  }

  /** Rows that it is true of. */
  List<RowId> matching(List<IndexRow> rows) {
    List<RowId> ids = new ArrayList<>();
    for (IndexRow row : rows) {
      if (Boolean.TRUE.equals(truth.apply(row.columns()))) {
        ids.add(row.id());
      }
    }
    Collections.sort(ids);
    return ids;
  }
}
