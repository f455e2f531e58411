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

  /** An operation, with its arguments in the order in which they are written. */
  record Call(String op, List<Argument> arguments, SourceLocation location) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
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
