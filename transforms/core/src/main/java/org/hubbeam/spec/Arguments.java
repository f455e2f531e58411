// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.hubbeam.batch.DType;
import org.hubbeam.preprocessing.Column;
import org.hubbeam.preprocessing.Statistic;
import org.jspecify.annotations.Nullable;
import org.tensorflow.op.Ops;

/**
 * The arguments of one call, as what the operation asks them to be. One that is null counts as left
 * out.
 */
final class Arguments {

  /** How many terms, buckets and boundaries are counted at most. */
  static final long MOST_COUNTED = 1L << 24;

  private final Interpreter interpreter;
  private final Expression.Call call;
  private final Operation operation;
  private final Map<String, Expression> bound;
  private final IdentityHashMap<Value, Expression> written = new IdentityHashMap<>();
  private final Map<String, Value> evaluated = new HashMap<>();

  Arguments(Interpreter interpreter, Expression.Call call, Operation operation) {
    this.interpreter = interpreter;
    this.call = call;
    this.operation = operation;
    this.bound = operation.bind(call);
  }

  /** Where operations are added. */
  Ops tf() {
    return interpreter.columns().tf();
  }

  /** What makes values of operands. */
  Interpreter interpreter() {
    return interpreter;
  }

  /** The operation as it is written, for messages. */
  String written() {
    return call.written();
  }

  /** The names of all that are given. */
  Set<String> names() {
    return bound.keySet();
  }

  /** Whether it is given, and not null. */
  boolean has(String name) {
    return bound.containsKey(name) && !isNull(name);
  }

  private boolean isNull(String name) {
    return bound.get(name) instanceof Expression.Plain plain && plain.value() == null;
  }

  /** The argument as it is written, or the default in the operation's signature. */
  Expression expression(String name) {
    Expression given = bound.get(name);
    if (given != null && !isNull(name)) {
      return given;
    }
    return operation
        .defaultOf(name)
        .or(() -> Optional.ofNullable(given))
        .orElseThrow(() -> error("'" + name + "' is missing"));
  }

  /** What is wrong with the call. */
  SpecException error(String message) {
    return call.location().error(call.written() + ": " + message);
  }

  /** What is wrong with one argument. */
  SpecException error(String name, String message) {
    return expression(name).location().error("'" + name + "' of " + call.written() + " " + message);
  }

  /** A value of an argument as it is written, for messages. */
  String label(Value value) {
    Expression expression = written.get(value);
    return expression == null ? "x" : MixedTypes.shown(expression);
  }

  /** Something with values; plain values are constants. */
  Value value(String name) {
    Value known = evaluated.get(name);
    if (known != null) {
      return known;
    }
    Expression expression = expression(name);
    Value value =
        ConstantArrays.isPlain(expression)
            ? interpreter.constant(expression, ConstantArrays.typeOf(expression))
            : interpreter.evaluate(expression);
    written.put(value, expression);
    evaluated.put(name, value);
    return value;
  }

  /** Things with values; the plain ones have the type of the others. */
  List<Value> values(String... names) {
    return together(List.of(names).stream().map(this::expression).toList());
  }

  /** The same for a division, where integers are divided by fractions, too. */
  List<Value> numbers(String x, String y) {
    List<Expression> both = List.of(expression(x), expression(y));
    boolean fraction =
        both.stream().anyMatch(e -> e instanceof Expression.Plain p && p.value() instanceof Double);
    if (!fraction) {
      return together(both);
    }
    List<@Nullable Value> values = new ArrayList<>();
    for (Expression e : both) {
      values.add(ConstantArrays.isPlain(e) ? null : real(interpreter.evaluate(e)));
    }
    return filled(both, values);
  }

  private Value real(Value value) {
    return Value.hasValues(value) && Value.dtype(value).isInteger()
        ? Elementwise.map(this, value, v -> RawOp.cast(tf(), v, DType.FLOAT64))
        : value;
  }

  /** The items of a list, as things with values. */
  List<Value> items(String name) {
    return together(list(name));
  }

  private List<Value> together(List<Expression> expressions) {
    List<@Nullable Value> values = new ArrayList<>();
    for (Expression expression : expressions) {
      values.add(ConstantArrays.isPlain(expression) ? null : interpreter.evaluate(expression));
    }
    return filled(expressions, values);
  }

  /** The values, and constants of their type where an expression is plain. */
  private List<Value> filled(List<Expression> expressions, List<@Nullable Value> values) {
    DType dtype = MixedTypes.check(this, expressions, values);
    List<Value> filled = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Expression expression = expressions.get(i);
      Value value = values.get(i);
      Value known =
          value == null
              ? interpreter.constant(
                  expression, dtype == null ? ConstantArrays.typeOf(expression) : dtype)
              : value;
      written.put(known, expression);
      filled.add(known);
    }
    return filled;
  }

  /** A column. */
  Column column(String name) {
    Value value = value(name);
    if (value instanceof Value.Rows rows) {
      return rows.column();
    }
    throw error(name, "must be a column; found " + value.describe());
  }

  /** A dense column. */
  Column.Dense dense(String name) {
    if (column(name) instanceof Column.Dense dense) {
      return dense;
    }
    throw error(name, "must be a dense column; found " + value(name).describe());
  }

  /** A sparse column. */
  Column.Sparse sparse(String name) {
    if (column(name) instanceof Column.Sparse sparse) {
      return sparse;
    }
    throw error(name, "must be a column of lists; found " + value(name).describe());
  }

  /** What is the same for every row. */
  Statistic statistic(String name) {
    Value value = value(name);
    if (value instanceof Value.Whole whole) {
      return whole.statistic();
    }
    throw error(name, "must be the same for all rows; found " + value.describe());
  }

  /** A text; a bare name is its own text. */
  String text(String name) {
    Expression expression = expression(name);
    return expression instanceof Expression.Name bare
        ? bare.name()
        : ConstantArrays.text(plain(name));
  }

  /** A list of texts; empty where it is left out. */
  List<String> texts(String name) {
    return listed(
        name,
        item ->
            item instanceof Expression.Name bare
                ? bare.name()
                : ConstantArrays.text(plain(name, item)));
  }

  /** A whole number. */
  long whole(String name) {
    return ConstantArrays.whole(plain(name));
  }

  /** A whole number of Java's plain range. */
  int small(String name) {
    return small(name, whole(name));
  }

  /** A number of things that are held in memory: from 1 to a largest one. */
  int size(String name, long largest) {
    return size(name, whole(name), largest);
  }

  /** A part of an argument: a number of things that are held in memory. */
  int size(String name, long number, long largest) {
    if (number < 1 || number > largest) {
      throw error(name, "must be from 1 to " + largest + "; found " + number);
    }
    return (int) number;
  }

  /** A part of an argument, of Java's plain range. */
  int small(String name, long number) {
    if (number != (int) number) {
      throw error(name, "is out of range: " + number);
    }
    return (int) number;
  }

  /** A list of whole numbers. */
  List<Long> wholes(String name) {
    return listed(name, item -> ConstantArrays.whole(plain(name, item)));
  }

  /** A number. */
  double number(String name) {
    return ConstantArrays.number(plain(name));
  }

  /** A number, or another one if the argument or its default is {@code None}. */
  double number(String name, double ifNone) {
    boolean none = isNull(name) || !has(name) && operation.defaultOf(name).isEmpty();
    return none ? ifNone : number(name);
  }

  /** True or false. */
  boolean flag(String name) {
    return ConstantArrays.flag(plain(name));
  }

  /** One of two values, for true and for false. */
  <T> T either(String name, T yes, T no) {
    return flag(name) ? yes : no;
  }

  /** A type. */
  DType dtype(String name) {
    return ExpressionText.dtype(text(name), expression(name).location());
  }

  private <T> List<T> listed(String name, Function<Expression, T> read) {
    return has(name) ? list(name).stream().map(read).toList() : List.of();
  }

  /** The items of a list, as they are written. */
  List<Expression> list(String name) {
    if (expression(name) instanceof Expression.Items items) {
      return items.items();
    }
    throw error(name, "must be a list; found " + expression(name));
  }

  private Expression.Plain plain(String name) {
    return plain(name, expression(name));
  }

  /** A plain value, which may be written with its type. */
  Expression.Plain constant(String name) {
    return plain(
        name,
        expression(name) instanceof Expression.Const constant
            ? constant.value()
            : expression(name));
  }

  /** A part of an argument, as a plain value. */
  Expression.Plain plain(String name, Expression expression) {
    if (expression instanceof Expression.Plain plain) {
      return plain;
    }
    throw error(name, "must be a plain value; found " + expression);
  }
}
