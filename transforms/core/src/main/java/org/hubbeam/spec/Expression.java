// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;

/** What a column is computed as: a tree of operations. Its text form can be read again. */
sealed interface Expression {

  /** Where it is written. */
  SourceLocation location();

  /** A raw column. */
  record Column(String name, SourceLocation location) implements Expression {
    @Override
    public String toString() {
      return "column(" + ExpressionText.quoted(name) + ")";
    }
  }

  /** An expression that was given a name. */
  record Ref(String name, SourceLocation location) implements Expression {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A bare name: of an expression, else of a column; where a text is wanted, the text. */
  record Name(String name, SourceLocation location) implements Expression {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * A plain value.
   *
   * @param value null, Boolean, BigInteger, Double or String
   */
  record Plain(@Nullable Object value, SourceLocation location) implements Expression {
    @Override
    public String toString() {
      return value instanceof String text ? ExpressionText.quoted(text) : String.valueOf(value);
    }

    /** Whether it is a whole number. */
    boolean isWhole() {
      return value instanceof BigInteger;
    }
  }

  /** A list. */
  record Items(List<Expression> items, SourceLocation location) implements Expression {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return items.stream().map(Expression::toString).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /**
   * A constant array.
   *
   * @param value a plain value, or nested lists of them
   */
  record Const(Expression value, DType dtype, SourceLocation location) implements Expression {
    @Override
    public String toString() {
      return "constant(" + value + ", " + dtype + ")";
    }
  }

  /**
   * Positions of something: {@code x[:, 0]}, {@code x[:, :10]}.
   *
   * @param positions one for each dimension, from the first on
   */
  record Subscript(Expression of, List<Positions> positions, SourceLocation location)
      implements Expression {
    public Subscript {
      positions = List.copyOf(positions);
    }

    @Override
    public String toString() {
      return of
          + positions.stream().map(Positions::toString).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /** What is taken of one dimension. */
  sealed interface Positions {
    /** One position; from the end if it is negative. */
    record At(long position) implements Positions {
      @Override
      public String toString() {
        return String.valueOf(position);
      }
    }

    /** Positions from a first one on, before another one; null for all there are. */
    record Range(@Nullable Long from, @Nullable Long to) implements Positions {
      boolean isAll() {
        return from == null && to == null;
      }

      @Override
      public String toString() {
        return (from == null ? "" : from) + ":" + (to == null ? "" : to);
      }
    }

    /** A new dimension of size 1. */
    record New() implements Positions {
      @Override
      public String toString() {
        return "None";
      }
    }
  }

  /**
   * A table of constants.
   *
   * @param entries keys and their values
   */
  record Table(List<Entry> entries, SourceLocation location) implements Expression {
    public Table {
      entries = List.copyOf(entries);
    }

    @Override
    public String toString() {
      return entries.stream().map(Entry::toString).collect(Collectors.joining(", ", "{", "}"));
    }
  }

  /** A key of a table with its value. */
  record Entry(Expression key, Expression value) {
    @Override
    public String toString() {
      return key + ": " + value;
    }
  }

  /**
   * An operation.
   *
   * @param arguments in the order in which they are written
   * @param sign the operator between or before the arguments; null where the operation is written
   *     by its name
   */
  record Call(String op, List<Argument> arguments, @Nullable String sign, SourceLocation location)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    Call(String op, List<Argument> arguments, SourceLocation location) {
      this(op, arguments, null, location);
    }

    /** The operation as it is written, for messages. */
    String written() {
      return sign == null ? op : "'" + sign.strip() + "'";
    }

    @Override
    public String toString() {
      if (sign != null) {
        return arguments.size() == 1
            ? "(" + sign + arguments.get(0) + ")"
            : "(" + arguments.get(0) + " " + sign + " " + arguments.get(1) + ")";
      }
      return op
          + arguments.stream().map(Argument::toString).collect(Collectors.joining(", ", "(", ")"));
    }
  }

  /**
   * An argument.
   *
   * @param name null for a positional argument
   */
  record Argument(@Nullable String name, Expression value) {
    @Override
    public String toString() {
      return name == null ? value.toString() : name + "=" + value;
    }
  }
}
