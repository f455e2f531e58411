// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hubbeam.batch.Shape;
import org.hubbeam.preprocessing.Column;
import org.tensorflow.Operand;

/**
 * Operations applied to each value, several operands with broadcasting: columns of lists keep their
 * positions, and what is the same for all rows goes with every row.
 */
final class Elementwise {

  private Elementwise() {}

  /** One operand. */
  static Value map(Arguments arguments, Value x, UnaryOperator<Operand<?>> function) {
    return combine(arguments, List.of(x), operands -> function.apply(operands.get(0)));
  }

  /**
   * Several operands.
   *
   * @throws SpecException when the rows of one would meet other rows of another
   */
  static Value combine(
      Arguments arguments, List<Value> values, Function<List<Operand<?>>, Operand<?>> function) {
    for (Value value : values) {
      if (!Value.hasValues(value)) {
        throw arguments.error("expected columns, found " + value.describe());
      }
    }
    List<Value.Rows> columns = values.stream().flatMap(Elementwise::rows).toList();
    columns.forEach(c -> checkSame(arguments, columns.get(0), c));
    if (!columns.isEmpty()) {
      values.stream()
          .filter(Value.Whole.class::isInstance)
          .forEach(v -> checkWhole(arguments, columns.get(0), (Value.Whole) v));
    }
    Operand<?> result = function.apply(values.stream().<Operand<?>>map(Value::operand).toList());
    return columns.isEmpty()
        ? arguments.interpreter().whole(result)
        : Value.of(columns.get(0).column().withValues(result));
  }

  private static Stream<Value.Rows> rows(Value value) {
    return value instanceof Value.Rows rows ? Stream.of(rows) : Stream.empty();
  }

  private static void checkSame(Arguments arguments, Value.Rows first, Value.Rows second) {
    Column one = first.column();
    Column two = second.column();
    boolean same =
        one instanceof Column.Dense
            ? two instanceof Column.Dense && sameRank(one.shape(), two.shape())
            : one.layout() == two.layout() && positions(one).equals(positions(two));
    if (!same) {
      throw arguments.error(
          "the values of "
              + one.spec(arguments.label(first))
              + " and of "
              + two.spec(arguments.label(second))
              + " are not at the same positions"
              + hint(arguments, first, second));
    }
  }

  /** What gives a number a row to each value of a vector. */
  private static String hint(Arguments arguments, Value.Rows first, Value.Rows second) {
    Shape one = first.column().shape();
    Shape two = second.column().shape();
    boolean dense =
        first.column() instanceof Column.Dense && second.column() instanceof Column.Dense;
    if (!dense || !one.hasRank() || !two.hasRank() || Math.abs(one.rank() - two.rank()) != 1) {
      return "";
    }
    String label = arguments.label(one.rank() < two.rank() ? first : second);
    return "; write "
        + label
        + (Math.min(one.rank(), two.rank()) == 1 ? "[:, None]" : "[:, :, None]");
  }

  private static boolean sameRank(Shape one, Shape two) {
    return !one.hasRank() || !two.hasRank() || one.rank() == two.rank();
  }

  private static List<Operand<?>> positions(Column column) {
    return column instanceof Column.Sparse sparse
        ? List.of(sparse.indices())
        : List.copyOf(((Column.Ragged) column).rowSplits());
  }

  private static void checkWhole(Arguments arguments, Value.Rows rows, Value.Whole whole) {
    Column column = rows.column();
    Shape shape = whole.statistic().shape();
    Shape values = column instanceof Column.Dense ? column.shape() : Shape.of(-1);
    if (shape.hasRank()
        && values.hasRank()
        && shape.rank() >= values.rank()
        && shape.rank() > 0
        && !(shape.rank() == values.rank() && shape.dim(0) == 1)) {
      throw arguments.error(
          "an array of the shape "
              + shape
              + ", the same for all rows, does not go with the rows of "
              + column.spec(arguments.label(rows)));
    }
  }
}
