// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import java.util.Objects;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;

/** Operands of different types, which TensorFlow does not convert. */
final class MixedTypes {

  private static final int LONGEST = 40;

  private MixedTypes() {}

  /**
   * The type of the operands.
   *
   * @param values null where an expression is a plain value, which takes the type of the others
   * @return null if all are plain values
   * @throws SpecException saying what to write when there are several types
   */
  static @Nullable DType check(
      Arguments arguments, List<Expression> expressions, List<@Nullable Value> values) {
    DType common = null;
    for (int i = 0; i < values.size(); i++) {
      Value value = values.get(i);
      if (value != null) {
        if (!Value.hasValues(value)) {
          throw expressions.get(i).location().error("expected a column, found " + value.describe());
        }
        DType dtype = Value.dtype(value);
        if (common != null && dtype != common) {
          throw mixed(arguments, expressions, values, common, i);
        }
        common = dtype;
      }
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) == null && common != null && common.isInteger()) {
        checkWhole(arguments, expressions, values, common, i);
      }
    }
    return common;
  }

  private static SpecException mixed(
      Arguments arguments,
      List<Expression> expressions,
      List<@Nullable Value> values,
      DType common,
      int index) {
    int first = values.indexOf(values.stream().filter(Objects::nonNull).findFirst().orElseThrow());
    DType other = Value.dtype(Objects.requireNonNull(values.get(index)));
    Expression one = expressions.get(first);
    Expression two = expressions.get(index);
    boolean turned =
        arguments.written().equals("join") ? other == DType.STRING : isWider(other, common);
    return arguments.error(
        shown(one)
            + " is "
            + common
            + " and "
            + shown(two)
            + " is "
            + other
            + "; write "
            + (turned ? converted(one, common, other) : converted(two, other, common)));
  }

  /** Whether values of the second type are turned into the first. */
  private static boolean isWider(DType one, DType two) {
    if (one == DType.STRING || two == DType.STRING) {
      return two == DType.STRING;
    }
    if (one == DType.BOOL || two == DType.BOOL) {
      return two == DType.BOOL;
    }
    return one.isFloating() == two.isFloating() ? one.bytes() > two.bytes() : one.isFloating();
  }

  private static String converted(Expression x, DType from, DType to) {
    if (to == DType.STRING) {
      return "as_string(" + shown(x) + ")";
    }
    return (from == DType.STRING ? "to_number(" : "cast(") + shown(x) + ", " + to + ")";
  }

  private static void checkWhole(
      Arguments arguments,
      List<Expression> expressions,
      List<@Nullable Value> values,
      DType common,
      int index) {
    boolean fraction =
        ConstantArrays.flat(expressions.get(index)).stream()
            .anyMatch(p -> p.value() instanceof Double);
    int column = values.indexOf(values.stream().filter(Objects::nonNull).findFirst().orElseThrow());
    if (fraction) {
      throw expressions
          .get(index)
          .location()
          .error(
              arguments.written()
                  + ": "
                  + shown(expressions.get(index))
                  + " is no whole number, and "
                  + shown(expressions.get(column))
                  + " is "
                  + common
                  + "; write cast("
                  + shown(expressions.get(column))
                  + ", float32)");
    }
  }

  /** An expression as it is written, shortened. */
  static String shown(Expression expression) {
    String text = expression.toString();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
