// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.hubbeam.batch.DType;

/**
 * Expressions as text: {@code bucketize(age, 4)}, {@code ngrams(split(text, " "), ngram_range=[1,
 * 2], separator="_")}.
 *
 * <p>A text is in double or single quotes; in it {@code \n}, {@code \t}, {@code \r}, {@code \\},
 * {@code \"} and {@code \'} are one character, any other backslash is itself. {@code constant([[1,
 * 2]], float32)} is an array, {@code column("a b")} a column.
 */
final class ExpressionText {

  private static final String CONSTANT = "constant";
  private static final String COLUMN = "column";

  private final String text;
  private final IntFunction<SourceLocation> locations;
  private int at;

  private ExpressionText(String text, IntFunction<SourceLocation> locations) {
    this.text = text;
    this.locations = locations;
  }

  /**
   * Reads an expression.
   *
   * @throws SpecException pointing at what is no expression
   */
  static Expression parse(String text) {
    return parse(text, offset -> SourceLocation.of("", text, offset));
  }

  /**
   * Reads an expression.
   *
   * @param locations where each character of the text is written, and the text's end
   */
  static Expression parse(String text, IntFunction<SourceLocation> locations) {
    ExpressionText parser = new ExpressionText(text, locations);
    Expression found = parser.expression();
    parser.skipBlanks();
    if (parser.at < text.length()) {
      throw parser.error("expected the end of the expression, found '" + parser.peek() + "'");
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

  private Expression expression() {
    skipBlanks();
    SourceLocation location = location();
    if (at == text.length()) {
      throw error("expected an expression");
    }
    char first = peek();
    if (first == '"' || first == '\'') {
      return new Expression.Plain(string(), location);
    }
    if (first == '[') {
      at++;
      List<Expression> items = new ArrayList<>();
      while (!closes(']', items.isEmpty())) {
        items.add(expression());
      }
      return new Expression.Items(items, location);
    }
    if (first == '-' || first == '+' || first == '.' || Character.isDigit(first)) {
      return new Expression.Plain(number(), location);
    }
    String name = name();
    skipBlanks();
    return at < text.length() && peek() == '(' ? call(name, location) : named(name, location);
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
    at++;
    List<Expression.Argument> arguments = new ArrayList<>();
    while (!closes(')', arguments.isEmpty())) {
      skipBlanks();
      int start = at;
      Expression value = expression();
      skipBlanks();
      if (value instanceof Expression.Name name && at < text.length() && peek() == '=') {
        at++;
        arguments.add(new Expression.Argument(name.name(), expression()));
      } else if (!arguments.isEmpty() && arguments.get(arguments.size() - 1).name() != null) {
        at = start;
        throw error("an argument without a name cannot follow one with a name");
      } else {
        arguments.add(new Expression.Argument(null, value));
      }
    }
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
      throw location.error(String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether a list ends here; else what separates its items is passed. */
  private boolean closes(char end, boolean first) {
    skipBlanks();
    if (at == text.length()) {
      throw error("expected '" + end + "'");
    }
    if (peek() == end) {
      at++;
      return true;
    }
    if (!first) {
      if (peek() != ',') {
        throw error("expected ',' or '" + end + "', found '" + peek() + "'");
      }
      at++;
    }
    return false;
  }

  private String name() {
    int start = at;
    while (at < text.length() && isNamePart(peek())) {
      at++;
    }
    if (at == start) {
      throw error("expected an expression, found '" + peek() + "'");
    }
    return text.substring(start, at);
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '$' || c == '-';
  }

  private Object number() {
    int start = at;
    while (at < text.length() && (isNamePart(peek()) || peek() == '+')) {
      at++;
    }
    String digits = text.substring(start, at);
    if (digits.equals("-Infinity")) {
      return Double.NEGATIVE_INFINITY;
    }
    try {
      return digits.matches("[-+]?\\d+") ? (Object) new BigInteger(digits) : decimal(digits);
    } catch (NumberFormatException e) {
      at = start;
      throw error("'" + digits + "' is not a number");
    }
  }

  private static Double decimal(String digits) {
    if (!digits.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
      throw new NumberFormatException(digits);
    }
    return Double.valueOf(digits);
  }

  private String string() {
    int start = at;
    char quote = text.charAt(at++);
    StringBuilder out = new StringBuilder();
    while (at < text.length() && peek() != quote) {
      char c = text.charAt(at++);
      out.append(c == '\\' && at < text.length() ? escaped() : String.valueOf(c));
    }
    if (at == text.length()) {
      at = start;
      throw error("the text that begins here does not end");
    }
    at++;
    return out.toString();
  }

  private String escaped() {
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '\\', '"', '\'' -> String.valueOf(c);
      default -> "\\" + c;
    };
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(peek())) {
      at++;
    }
  }

  private char peek() {
    return text.charAt(at);
  }

  private SourceLocation location() {
    return locations.apply(at);
  }

  private SpecException error(String message) {
    return location().error(message);
  }
}
