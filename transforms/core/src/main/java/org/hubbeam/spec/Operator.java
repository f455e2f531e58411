// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The signs of operations between two operands, with Python's precedence: {@code a + b} is {@code
 * add(a, b)}.
 */
enum Operator {
  OR("or", 0, "logical_or"),
  AND("and", 1, "logical_and"),
  LESS_EQUAL("<=", 3, "less_equal"),
  GREATER_EQUAL(">=", 3, "greater_equal"),
  EQUAL("==", 3, "equal"),
  NOT_EQUAL("!=", 3, "not_equal"),
  LESS("<", 3, "less"),
  GREATER(">", 3, "greater"),
  EITHER("|", 4, "logical_or"),
  BOTH("&", 5, "logical_and"),
  ADD("+", 6, "add"),
  SUB("-", 6, "sub"),
  POW("**", 9, "pow"),
  FLOORDIV("//", 7, "floordiv"),
  MUL("*", 7, "mul"),
  DIV("/", 7, "div"),
  MOD("%", 7, "mod");

  /** What {@code not} is applied to. */
  static final int NOT_OPERAND = 3;

  /** What a sign before an operand is applied to. */
  static final int SIGNED = 8;

  private static final int COMPARISON = 3;
  private static final int LARGEST_EXPONENT = 1000;

  /** Of whole numbers that are computed as such: far more than int64 takes. */
  private static final int MOST_BITS = 10_000;

  private final String symbol;
  private final int level;
  private final String operation;

  Operator(String symbol, int level, String operation) {
    this.symbol = symbol;
    this.level = level;
    this.operation = operation;
  }

  /** The operator that a text has at a place; two characters before one. */
  static Optional<Operator> at(String text, int at) {
    return Arrays.stream(values()).filter(o -> o.isAt(text, at)).findFirst();
  }

  private boolean isAt(String text, int at) {
    return text.startsWith(symbol, at)
        && (this != OR && this != AND || isWord(text, at, symbol.length()));
  }

  /** Whether what is at a place is a word by itself. */
  static boolean isWord(String text, int at, int length) {
    int end = at + length;
    return end == text.length() || !ExpressionScanner.isNamePart(text.charAt(end));
  }

  /** As it is written. */
  String symbol() {
    return symbol;
  }

  /** The higher, the sooner it is applied. */
  int level() {
    return level;
  }

  /** The lowest level of what stands on its right. */
  int rightLevel() {
    return this == POW ? SIGNED : level + 1;
  }

  boolean isComparison() {
    return level == COMPARISON;
  }

  /** The operation on two operands; a number where both are numbers. */
  Expression apply(Expression left, Expression right, SourceLocation location) {
    Optional<Object> number =
        left instanceof Expression.Plain a && right instanceof Expression.Plain b
            ? number(a.value(), b.value())
            : Optional.empty();
    return number
        .<Expression>map(n -> new Expression.Plain(n, left.location()))
        .orElseGet(
            () ->
                new Expression.Call(
                    operation,
                    List.of(
                        new Expression.Argument(null, left), new Expression.Argument(null, right)),
                    symbol,
                    location));
  }

  private Optional<Object> number(@Nullable Object a, @Nullable Object b) {
    if (a instanceof BigInteger x && b instanceof BigInteger y) {
      return whole(x, y);
    }
    return a instanceof Number x && b instanceof Number y
        ? real(x.doubleValue(), y.doubleValue())
        : Optional.empty();
  }

  private Optional<Object> whole(BigInteger x, BigInteger y) {
    if (x.bitLength() > MOST_BITS || y.bitLength() > MOST_BITS) {
      return real(x.doubleValue(), y.doubleValue());
    }
    boolean divides = y.signum() != 0;
    return switch (this) {
      case ADD -> Optional.of(x.add(y));
      case SUB -> Optional.of(x.subtract(y));
      case MUL -> Optional.of(x.multiply(y));
      case FLOORDIV -> divides ? Optional.of(floor(x, y)) : Optional.empty();
      case MOD -> divides ? Optional.of(x.subtract(floor(x, y).multiply(y))) : Optional.empty();
      case POW ->
          y.signum() >= 0
                  && y.compareTo(BigInteger.valueOf(LARGEST_EXPONENT)) <= 0
                  && (long) x.bitLength() * y.intValue() <= MOST_BITS
              ? Optional.of(x.pow(y.intValue()))
              : real(x.doubleValue(), y.doubleValue());
      default -> real(x.doubleValue(), y.doubleValue());
    };
  }

  private static BigInteger floor(BigInteger x, BigInteger y) {
    BigInteger[] parts = x.divideAndRemainder(y);
    boolean below = parts[1].signum() != 0 && parts[1].signum() != y.signum();
    return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private Optional<Object> real(double x, double y) {
    return switch (this) {
      case ADD -> Optional.of(x + y);
      case SUB -> Optional.of(x - y);
      case MUL -> Optional.of(x * y);
      case DIV -> Optional.of(x / y);
      case FLOORDIV -> Optional.of(Math.floor(x / y));
      case MOD -> Optional.of(x - Math.floor(x / y) * y);
      case POW -> Optional.of(Math.pow(x, y));
      default -> Optional.empty();
    };
  }
}
