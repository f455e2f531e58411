// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.search.FilterNode.Order;
import org.hubbeam.search.FilterToken.Kind;
import org.jspecify.annotations.Nullable;

/** Reads filters: {@code or} of {@code and} of {@code not} of comparisons and brackets. */
final class FilterParser {

  /** How deep brackets and {@code not} may lie in each other. */
  private static final int DEEPEST = 100;

  private static final int LONGEST = 100_000;

  private static final Map<String, Order> ORDERS =
      Map.of(
          "==", Order.EQUAL,
          "=", Order.EQUAL,
          "!=", Order.UNEQUAL,
          "<>", Order.UNEQUAL,
          "<", Order.LESS,
          "<=", Order.AT_MOST,
          ">", Order.MORE,
          ">=", Order.AT_LEAST);

  private final String text;
  private final List<IndexColumn> columns;
  private final List<FilterToken> tokens;
  private int at;
  private int depth;

  private FilterParser(String text, List<IndexColumn> columns) {
    this.text = text;
    this.columns = columns;
    tokens = FilterScanner.tokens(text);
  }

  static FilterNode parse(String text, List<IndexColumn> columns) {
    if (text.isBlank()) {
      throw new FilterException("the filter is empty", text, 0);
    }
    if (text.length() > LONGEST) {
      throw new FilterException(
          "the filter has " + text.length() + " characters; at most " + LONGEST, text, 0);
    }
    FilterParser parser = new FilterParser(text, columns);
    FilterNode node = parser.or();
    if (parser.peek().kind() != Kind.END) {
      throw parser.expected("'and', 'or' or the end");
    }
    return node;
  }

  private FilterToken peek() {
    return tokens.get(at);
  }

  private boolean passesWord(String word) {
    boolean passes = peek().isWord(word);
    at += passes ? 1 : 0;
    return passes;
  }

  private boolean passesSign(String sign) {
    boolean passes = peek().isSign(sign);
    at += passes ? 1 : 0;
    return passes;
  }

  private FilterException expected(String what) {
    return error("expected " + what + ", found " + peek().shown(), peek().at());
  }

  private FilterException error(String reason, int position) {
    return new FilterException(reason, text, position);
  }

  private FilterNode or() {
    List<FilterNode> parts = new ArrayList<>(List.of(and()));
    while (passesWord("or") || passesSign("||")) {
      parts.add(and());
    }
    return parts.size() == 1 ? parts.get(0) : new FilterNode.Or(parts);
  }

  private FilterNode and() {
    List<FilterNode> parts = new ArrayList<>(List.of(not()));
    while (passesWord("and") || passesSign("&&")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.get(0) : new FilterNode.And(parts);
  }

  private FilterNode not() {
    if (++depth > DEEPEST) {
      throw error("the filter has more than " + DEEPEST + " brackets in each other", peek().at());
    }
    FilterNode node;
    if (passesSign("!") || passesWord("not")) {
      node = new FilterNode.Not(not());
    } else if (passesSign("(")) {
      node = or();
      if (!passesSign(")")) {
        throw expected("'and', 'or' or ')'");
      }
    } else {
      node = comparison();
    }
    depth--;
    return node;
  }

  private FilterNode comparison() {
    FilterToken first = peek();
    if (isColumn(first)) {
      at++;
      return ofColumn(column(first), first);
    }
    if (!isValue(first)) {
      throw first.kind() == Kind.NAME || first.kind() == Kind.QUOTED_NAME
          ? error(FilterText.unknown(first.text(), columns), first.at())
          : expected("a column");
    }
    at++;
    Order order = order();
    FilterToken name = peek();
    if (order == null) {
      throw expected("a comparison such as == or <");
    }
    at++;
    IndexColumn column = column(name);
    FilterNode node = compare(column, order.turned(), first);
    Order second = order();
    return second == null
        ? node
        : new FilterNode.And(List.of(node, compare(column, second, value(column))));
  }

  /** What follows a column. */
  private FilterNode ofColumn(IndexColumn column, FilterToken name) {
    if (passesWord("is")) {
      boolean not = passesWord("not");
      if (!passesWord("null")) {
        throw expected(not ? "'null'" : "'null' or 'not null'");
      }
      FilterNode isNull = new FilterNode.IsNull(column);
      return not ? new FilterNode.Not(isNull) : isNull;
    }
    if (peek().isWord("not") && tokens.get(at + 1).isWord("in")) {
      at += 2;
      return new FilterNode.Not(in(column));
    }
    if (passesWord("in")) {
      return in(column);
    }
    if (passesWord("between")) {
      FilterNode from = compare(column, Order.AT_LEAST, value(column));
      if (!passesWord("and")) {
        throw expected("'and' and the end of the range");
      }
      FilterNode to = compare(column, Order.AT_MOST, value(column));
      return new FilterNode.And(List.of(from, to));
    }
    Order order = order();
    if (order != null) {
      return compare(column, order, value(column));
    }
    if (column.type() == ColumnType.BOOL) {
      return new FilterNode.Compare(column, Order.EQUAL, true);
    }
    String how = "a comparison of " + name.text() + " such as ==, <, in (...) or is null";
    throw expected(how);
  }

  private @Nullable Order order() {
    Order order = peek().kind() == Kind.SIGN ? ORDERS.get(peek().text()) : null;
    at += order == null ? 0 : 1;
    return order;
  }

  private FilterNode in(IndexColumn column) {
    String close = passesSign("[") ? "]" : ")";
    if (close.equals(")") && !passesSign("(")) {
      throw expected("'(' and values");
    }
    List<Object> values = new ArrayList<>();
    do {
      FilterToken token = value(column);
      values.add(typed(column, token));
    } while (passesSign(","));
    if (!passesSign(close)) {
      throw expected("',' or '" + close + "'");
    }
    return new FilterNode.In(column, values);
  }

  /** The word that is a value, passed. */
  private FilterToken value(IndexColumn column) {
    FilterToken token = peek();
    if (!isValue(token) && !token.isWord("null")) {
      String hint =
          token.kind() == Kind.NAME && column.type() == ColumnType.STRING
              ? "; texts are in quotes: '" + token.text() + "'"
              : "";
      throw error(
          "expected a value of type " + column.type() + ", found " + token.shown() + hint,
          token.at());
    }
    at++;
    return token;
  }

  private FilterNode compare(IndexColumn column, Order order, FilterToken value) {
    if (value.isWord("null") && (order == Order.EQUAL || order == Order.UNEQUAL)) {
      FilterNode isNull = new FilterNode.IsNull(column);
      return order == Order.EQUAL ? isNull : new FilterNode.Not(isNull);
    }
    if (column.type() == ColumnType.BOOL && order != Order.EQUAL && order != Order.UNEQUAL) {
      throw error(column + " is true or false and has no order", value.at());
    }
    return new FilterNode.Compare(column, order, typed(column, value));
  }

  /** The value, if it is one of the column's type. */
  private Object typed(IndexColumn column, FilterToken token) {
    if (token.isWord("null")) {
      throw error("null is not compared; use 'is null'", token.at());
    }
    boolean truth = token.kind() == Kind.NAME;
    boolean fits =
        switch (column.type()) {
          case STRING -> token.kind() == Kind.TEXT;
          case INT64, DOUBLE -> token.kind() == Kind.NUMBER;
          case BOOL -> truth;
          case BYTES -> false;
        };
    if (!fits) {
      String how = column.type() == ColumnType.BYTES ? "has bytes: only 'is null' is asked" : "";
      throw error(
          "column "
              + column
              + (how.isEmpty()
                  ? " is not compared with " + token.shown() + hint(column)
                  : " " + how),
          token.at());
    }
    return switch (column.type()) {
      case STRING -> token.text();
      case BOOL -> token.isWord("true");
      default -> Objects.requireNonNull(token.number());
    };
  }

  private static String hint(IndexColumn column) {
    return switch (column.type()) {
      case STRING -> "; texts are in quotes";
      case BOOL -> "; it is true or false";
      default -> "; numbers are without quotes";
    };
  }

  private boolean isValue(FilterToken token) {
    return token.kind() == Kind.TEXT
        || token.kind() == Kind.NUMBER
        || token.isWord("true")
        || token.isWord("false");
  }

  /** Whether it names a column. */
  private boolean isColumn(FilterToken token) {
    return (token.kind() == Kind.NAME || token.kind() == Kind.QUOTED_NAME)
        && columns.stream().anyMatch(column -> column.name().equals(token.text()));
  }

  private IndexColumn column(FilterToken token) {
    if (token.kind() != Kind.NAME && token.kind() != Kind.QUOTED_NAME) {
      throw error("expected a column, found " + token.shown(), token.at());
    }
    return columns.stream()
        .filter(column -> column.name().equals(token.text()))
        .findFirst()
        .orElseThrow(() -> error(FilterText.unknown(token.text(), columns), token.at()));
  }
}
