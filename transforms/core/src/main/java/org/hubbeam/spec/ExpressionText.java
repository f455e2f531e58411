// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Suggestions;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as text: {@code bucketize(age, 4)}, {@code ngrams(split(text, " "), ngram_range=[1,
 * 2], separator="_")}, {@code (fare - mean(fare)) / 2 > 1 and not paid}.
 *
 * <p>Operators have Python's precedence. A text is in double or single quotes; in it {@code \n},
 * {@code \t}, {@code \r}, {@code \\}, {@code \"} and {@code \'} are one character, any other
 * backslash is itself. {@code constant([[1, 2]], float32)} is an array, {@code column("a b")} a
 * column, <code>{"a": 1}</code> a table. {@code x[:, 0]} has positions of each row.
 */
final class ExpressionText {

  private static final String CONSTANT = "constant";
  private static final String COLUMN = "column";

  /** What is written like an operation, but is none. */
  static final Set<String> FORMS = Set.of(CONSTANT, COLUMN);

  private static final int DEEPEST = 200;

  /** Of {@code a + b + c}, where each operator is within the next one, too. */
  private static final int HIGHEST = 500;

  private static final int LONGEST = 1_000_000;
  private static final List<String> USUAL_TYPES =
      List.of("float32", "int64", "string", "bool", "float64", "int32");

  /** What types are called elsewhere. */
  private static final Map<String, String> OTHER_TYPES =
      Map.of(
          "int", "int64", "long", "int64", "float", "float32", "double", "float64", "str", "string",
          "bytes", "string", "boolean", "bool");

  private final ExpressionScanner scanner;
  private int depth;

  /** How many expressions are within each other in the one that was read last. */
  private int height;

  private ExpressionText(ExpressionScanner scanner) {
    this.scanner = scanner;
  }

  /**
   * Reads an expression.
   *
   * @throws SpecException pointing at what is no expression
   */
  static Expression parse(String text) {
    return parse(text, new KnownNames(), offset -> SourceLocation.of("", text, offset));
  }

  /**
   * Reads an expression.
   *
   * @param known the names of columns and of other expressions
   * @param locations where each character of the text is written, and the text's end
   */
  static Expression parse(String text, KnownNames known, IntFunction<SourceLocation> locations) {
    if (text.length() > LONGEST) {
      throw locations.apply(0).error("an expression has at most " + LONGEST + " characters");
    }
    ExpressionText parser = new ExpressionText(new ExpressionScanner(text, known, locations));
    Expression found = parser.expression();
    if (!parser.scanner.isAtEnd()) {
      throw parser.scanner.error(
          "expected the end of the expression, found '"
              + parser.scanner.next()
              + "'"
              + parser.hint());
    }
    return found;
  }

  /** A text as it is written in an expression. */
  static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\r", "\\r")
        + '"';
  }

  /** What is meant by a sign that other languages have. */
  private String hint() {
    return switch (scanner.next()) {
      case '=' -> "; == compares";
      case '&', '|' -> "; write and, or";
      case '!' -> "; write not";
      case '^' -> "; ** is the power";
      case '?' -> "; write where(condition, a, b)";
      default -> scanner.isAtWord("if") ? "; write where(condition, a, b)" : "";
    };
  }

  private Expression expression() {
    SourceLocation location = scanner.location();
    String name = scanner.loneName();
    if (name == null) {
      return operation(0);
    }
    height = 0;
    return named(name, location);
  }

  /** Operands with operators of a level and above between them. */
  private Expression operation(int lowest) {
    if (++depth > DEEPEST) {
      throw scanner.error("more than " + DEEPEST + " expressions are within each other");
    }
    Expression left = operand();
    Operator operator = scanner.operator();
    while (operator != null && operator.level() >= lowest) {
      SourceLocation location = scanner.location();
      int before = height;
      scanner.passes(operator.symbol());
      left = operator.apply(left, operation(operator.rightLevel()), location);
      enclose(Math.max(before, height));
      Operator next = scanner.operator();
      if (operator.isComparison() && next != null && next.isComparison()) {
        throw scanner.error(
            "expected one comparison; write (a < b) and (b < c), with each in brackets");
      }
      operator = next;
    }
    depth--;
    return left;
  }

  /** Counts what encloses expressions of a height. */
  private void enclose(int inside) {
    height = inside + 1;
    if (height > HIGHEST) {
      throw scanner.error(
          "more than "
              + HIGHEST
              + " operations are within each other; name parts of them under let");
    }
  }

  private Expression operand() {
    SourceLocation location = scanner.location();
    height = 0;
    if (scanner.isAtEnd()) {
      throw scanner.error("expected an expression");
    }
    if (scanner.passesWord("not")) {
      return call("logical_not", "not ", operation(Operator.NOT_OPERAND), location);
    }
    if (scanner.isAtNumber()) {
      return new Expression.Plain(scanner.number(), location);
    }
    return switch (scanner.next()) {
      case '"', '\'' -> new Expression.Plain(scanner.string(), location);
      case '[' -> new Expression.Items(items(']'), location);
      case '{' -> table(location);
      case '(' -> subscribed(bracketed());
      case '-' -> {
        scanner.pass();
        yield negative(operation(Operator.SIGNED), location);
      }
      case '+' -> {
        scanner.pass();
        yield operation(Operator.SIGNED);
      }
      case '~' -> {
        scanner.pass();
        yield call("logical_not", "~", operation(Operator.SIGNED), location);
      }
      case '&', '|', '=', '!', '^', '?' ->
          throw scanner.error("expected an expression, found '" + scanner.next() + "'" + hint());
      default -> called(location);
    };
  }

  private Expression called(SourceLocation location) {
    String op = scanner.calledName();
    return subscribed(op == null ? named(scanner.name(), location) : call(op, location));
  }

  /** An operand with the positions behind it that are taken of it. */
  private Expression subscribed(Expression operand) {
    Expression taken = operand;
    while (scanner.next() == '[') {
      SourceLocation location = scanner.location();
      int before = height;
      scanner.pass();
      List<Expression.Positions> positions = new ArrayList<>();
      while (!closes(']', positions.isEmpty())) {
        positions.add(positions());
      }
      if (positions.isEmpty()) {
        throw location.error("expected positions, such as x[:, 0]");
      }
      taken = new Expression.Subscript(taken, positions, location);
      enclose(before);
    }
    return taken;
  }

  private Expression.Positions positions() {
    if (scanner.passes(":")) {
      return new Expression.Positions.Range(null, position());
    }
    Expression first = expression();
    if (scanner.passes(":")) {
      return new Expression.Positions.Range(whole(first), position());
    }
    return first instanceof Expression.Plain plain && plain.value() == null
        ? new Expression.Positions.New()
        : new Expression.Positions.At(whole(first));
  }

  private @Nullable Long position() {
    return scanner.next() == ',' || scanner.next() == ']' ? null : whole(expression());
  }

  private static long whole(Expression position) {
    if (position instanceof Expression.Plain plain) {
      return ConstantArrays.whole(plain);
    }
    throw position.location().error("a position is a whole number; found " + position);
  }

  private static Expression call(
      String op, String sign, Expression operand, SourceLocation location) {
    return new Expression.Call(op, List.of(new Expression.Argument(null, operand)), sign, location);
  }

  private static Expression negative(Expression operand, SourceLocation location) {
    if (operand instanceof Expression.Plain plain) {
      if (plain.value() instanceof BigInteger number) {
        return new Expression.Plain(number.negate(), location);
      }
      if (plain.value() instanceof Double number) {
        return new Expression.Plain(-number, location);
      }
    }
    return call("neg", "-", operand, location);
  }

  private Expression bracketed() {
    scanner.pass();
    Expression inside = operation(0);
    if (!scanner.passes(")")) {
      throw scanner.isAtEnd()
          ? scanner.error("expected ')'")
          : scanner.error("expected ')', found '" + scanner.next() + "'" + hint());
    }
    return inside;
  }

  private List<Expression> items(char end) {
    scanner.pass();
    List<Expression> items = new ArrayList<>();
    int highest = 0;
    while (!closes(end, items.isEmpty())) {
      items.add(expression());
      highest = Math.max(highest, height);
    }
    enclose(highest);
    return items;
  }

  private Expression table(SourceLocation location) {
    scanner.pass();
    List<Expression.Entry> entries = new ArrayList<>();
    while (!closes('}', entries.isEmpty())) {
      Expression key = expression();
      if (!scanner.passes(":")) {
        throw scanner.error("expected ':' behind a key, as in {\"a\": 1, \"b\": 2}");
      }
      entries.add(new Expression.Entry(key, expression()));
    }
    height = 1;
    return new Expression.Table(entries, location);
  }

  private static Expression named(String name, SourceLocation location) {
    return switch (name) {
      case "null", "None" -> new Expression.Plain(null, location);
      case "true", "True" -> new Expression.Plain(true, location);
      case "false", "False" -> new Expression.Plain(false, location);
      case "NaN" -> new Expression.Plain(Double.NaN, location);
      case "Infinity" -> new Expression.Plain(Double.POSITIVE_INFINITY, location);
      default -> new Expression.Name(name, location);
    };
  }

  private Expression call(String op, SourceLocation location) {
    List<Expression.Argument> arguments = new ArrayList<>();
    int highest = 0;
    while (!closes(')', arguments.isEmpty())) {
      SourceLocation start = scanner.location();
      String name = scanner.argumentName();
      if (name == null
          && !arguments.isEmpty()
          && arguments.get(arguments.size() - 1).name() != null) {
        throw start.error("an argument without a name cannot follow one with a name");
      }
      arguments.add(new Expression.Argument(name, expression()));
      highest = Math.max(highest, height);
    }
    enclose(highest);
    return switch (op) {
      case CONSTANT -> constant(arguments, location);
      case COLUMN -> column(arguments, location);
      default -> new Expression.Call(op, arguments, location);
    };
  }

  private static Expression constant(List<Expression.Argument> arguments, SourceLocation location) {
    if (arguments.size() != 2 || !(arguments.get(1).value() instanceof Expression.Name dtype)) {
      throw location.error(
          "a constant is written constant(value, dtype): constant([1, 2], float32)");
    }
    return new Expression.Const(
        arguments.get(0).value(), dtype(dtype.name(), dtype.location()), location);
  }

  private static Expression column(List<Expression.Argument> arguments, SourceLocation location) {
    if (arguments.size() == 1
        && arguments.get(0).value() instanceof Expression.Plain plain
        && plain.value() instanceof String name) {
      return new Expression.Column(name, location);
    }
    throw location.error("a column is written by its name, or column(\"its name\")");
  }

  static DType dtype(String name, SourceLocation location) {
    try {
      return DType.of(name);
    } catch (IllegalArgumentException e) {
      String plain = name.substring(name.lastIndexOf('.') + 1);
      String known = OTHER_TYPES.getOrDefault(plain, plain);
      String meant =
          USUAL_TYPES.contains(known)
              ? "; did you mean " + known + "?"
              : Suggestions.didYouMean(plain, USUAL_TYPES);
      throw location.error(
          "there is no type '"
              + name
              + "'"
              + (meant.isEmpty() ? "; there are " + String.join(", ", USUAL_TYPES) : meant),
          e);
    }
  }

  /** Whether a list ends here; else what separates its items is passed. */
  private boolean closes(char end, boolean first) {
    if (scanner.isAtEnd()) {
      throw scanner.error("expected '" + end + "'");
    }
    if (scanner.next() == end) {
      scanner.pass();
      return true;
    }
    if (!first && !scanner.passes(",")) {
      throw scanner.error("expected ',' or '" + end + "', found '" + scanner.next() + "'" + hint());
    }
    return !first && scanner.passes(String.valueOf(end));
  }
}
