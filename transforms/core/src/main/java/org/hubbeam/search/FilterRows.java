// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.hubbeam.search.FilterNode.Order;

/** The rows of a shard that a filter matches, as bits: column by column. */
final class FilterRows {

  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private final ColumnsFile columns;
  private final int rows;

  FilterRows(ColumnsFile columns, int rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** A bit for each row that matches. */
  long[] matching(FilterNode node) {
    return matching(node, false);
  }

  /** {@code not} is moved to the comparisons, which a row without a value never matches. */
  private long[] matching(FilterNode node, boolean negated) {
    if (node instanceof FilterNode.Not not) {
      return matching(not.part(), !negated);
    }
    if (node instanceof FilterNode.And and) {
      return joined(and.parts(), negated, !negated);
    }
    if (node instanceof FilterNode.Or or) {
      return joined(or.parts(), negated, negated);
    }
    if (node instanceof FilterNode.IsNull isNull) {
      long[] present = column(isNull.column()).present();
      return negated ? present : new RowBits(present, rows).not().words();
    }
    if (node instanceof FilterNode.Compare compare) {
      Order order = negated ? compare.order().negated() : compare.order();
      return compared(compare.column(), order, compare.value(), negated);
    }
    FilterNode.In in = (FilterNode.In) node;
    return in(in, negated);
  }

  private long[] joined(List<FilterNode> parts, boolean negated, boolean all) {
    long[] joined = matching(parts.get(0), negated);
    for (FilterNode part : parts.subList(1, parts.size())) {
      long[] words = matching(part, negated);
      for (int i = 0; i < words.length; i++) {
        joined[i] = all ? joined[i] & words[i] : joined[i] | words[i];
      }
    }
    return joined;
  }

  private StoredColumn column(IndexColumn column) {
    return Objects.requireNonNull(columns.column(column.name()));
  }

  private long[] compared(IndexColumn of, Order order, Object value, boolean negated) {
    StoredColumn column = column(of);
    return switch (of.type()) {
      case STRING -> {
        byte[] other = value.toString().getBytes(StandardCharsets.UTF_8);
        yield column.matchTexts(
            (bytes, from, to) ->
                order.holds(Arrays.compareUnsigned(bytes, from, to, other, 0, other.length)));
      }
      case INT64 -> column.matchLongs(longs(order, (BigDecimal) value));
      case DOUBLE -> {
        double other = ((BigDecimal) value).doubleValue();
        // NaN is unequal to all, and neither less nor more; its negations follow.
        Order plain = negated ? order.negated() : order;
        yield column.matchDoubles(number -> holds(plain, number, other) != negated);
      }
      case BOOL -> column.matchTruth(order == Order.EQUAL == (Boolean) value);
      case BYTES -> throw new IllegalArgumentException(of + " cannot be compared");
    };
  }

  private static boolean holds(Order order, double number, double other) {
    return switch (order) {
      case EQUAL -> number == other;
      case UNEQUAL -> number != other;
      case LESS -> number < other;
      case AT_MOST -> number <= other;
      case MORE -> number > other;
      case AT_LEAST -> number >= other;
    };
  }

  /** With a number that no int64 equals, the integers beside it decide. */
  private static LongPredicate longs(Order order, BigDecimal other) {
    if (other.compareTo(LEAST) < 0 || other.compareTo(MOST) > 0) {
      boolean holds = order.holds(-other.signum());
      return number -> holds;
    }
    long below = other.setScale(0, RoundingMode.FLOOR).longValueExact();
    boolean whole = other.compareTo(BigDecimal.valueOf(below)) == 0;
    if (whole) {
      return switch (order) {
        case EQUAL -> number -> number == below;
        case UNEQUAL -> number -> number != below;
        case LESS -> number -> number < below;
        case AT_MOST -> number -> number <= below;
        case MORE -> number -> number > below;
        case AT_LEAST -> number -> number >= below;
      };
    }
    return number -> order.holds(number <= below ? -1 : 1);
  }

  private long[] in(FilterNode.In in, boolean negated) {
    StoredColumn column = column(in.column());
    return switch (in.column().type()) {
      case STRING -> {
        Set<Object> texts = new HashSet<>(in.values());
        yield column.matchTexts(
            (bytes, from, to) ->
                texts.contains(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                    != negated);
      }
      case INT64 -> {
        Set<Long> longs =
            in.values().stream()
                .map(value -> ((BigDecimal) value).stripTrailingZeros())
                .filter(value -> value.scale() <= 0)
                .filter(value -> value.compareTo(LEAST) >= 0 && value.compareTo(MOST) <= 0)
                .map(BigDecimal::longValueExact)
                .collect(Collectors.toSet());
        yield column.matchLongs(number -> longs.contains(number) != negated);
      }
      case DOUBLE -> {
        double[] numbers =
            in.values().stream().mapToDouble(v -> ((BigDecimal) v).doubleValue()).toArray();
        yield column.matchDoubles(
            number -> Arrays.stream(numbers).anyMatch(other -> other == number) != negated);
      }
      case BOOL -> {
        boolean yes = in.values().contains(true) != negated;
        boolean no = in.values().contains(false) != negated;
        long[] matching = new long[RowBits.words(rows)];
        yield yes && no ? column.present() : yes || no ? column.matchTruth(yes) : matching;
      }
      case BYTES -> throw new IllegalArgumentException(in.column() + " cannot be compared");
    };
  }
}
