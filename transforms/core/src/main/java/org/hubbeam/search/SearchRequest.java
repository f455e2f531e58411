// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is asked of an index besides the query. Immutable; {@code withX} returns a copy.
 *
 * @param k how many rows, or groups of rows, are wanted; fewer come only where fewer match
 * @param ef how many rows the graph keeps in view while it searches, at least k: more are slower
 *     and more exact; empty for that of the index
 * @param method how the nearest are found
 * @param filter which rows may come; empty for all
 * @param diversity empty for the nearest alone; else lambda of maximal marginal relevance, 0 to 1:
 *     at 1 the nearest, towards 0 rows that resemble each other less
 * @param groupBy a column of which each value comes once, with its nearest row; rows without a
 *     value are groups of their own. Empty for all rows
 * @param columns the columns that the hits have; empty for all
 */
public record SearchRequest(
    int k,
    OptionalInt ef,
    Method method,
    Optional<Filter> filter,
    OptionalDouble diversity,
    Optional<String> groupBy,
    Optional<Set<String>> columns) {

  /** How the nearest rows are found. */
  public enum Method {
    /** In the graph, or among all rows where that is faster. */
    AUTO,
    /** Among all rows: exact. */
    EXACT,
    /** In the graph, even where that is slower, unless few rows match the filter. */
    GRAPH
  }

  public SearchRequest {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + "; at least 1 row can be searched for");
    }
    if (ef.isPresent() && ef.getAsInt() < 1) {
      throw new IllegalArgumentException("ef is " + ef.getAsInt() + "; it is at least 1");
    }
    if (diversity.isPresent() && !(diversity.getAsDouble() >= 0 && diversity.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "the lambda of diversity is " + diversity.getAsDouble() + "; it is 0 to 1");
    }
    Objects.requireNonNull(method);
    columns = columns.map(LinkedHashSet::new);
  }

  /** The k nearest rows, with all their columns. */
  public static SearchRequest of(int k) {
    return new SearchRequest(
        k,
        OptionalInt.empty(),
        Method.AUTO,
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The same for another number of rows. */
  public SearchRequest withK(int rows) {
    return new SearchRequest(rows, ef, method, filter, diversity, groupBy, columns);
  }

  /** The same with so many rows in view. */
  public SearchRequest withEf(int size) {
    return new SearchRequest(k, OptionalInt.of(size), method, filter, diversity, groupBy, columns);
  }

  /** The same, found in this way. */
  public SearchRequest withMethod(Method how) {
    return new SearchRequest(k, ef, how, filter, diversity, groupBy, columns);
  }

  /** The same, exact: all rows are compared. */
  public SearchRequest withExact() {
    return withMethod(Method.EXACT);
  }

  /** The same among rows that match. */
  public SearchRequest withFilter(Filter accepted) {
    return new SearchRequest(k, ef, method, Optional.of(accepted), diversity, groupBy, columns);
  }

  /** The same with this lambda of maximal marginal relevance, 0 to 1. */
  public SearchRequest withDiversity(double lambda) {
    return new SearchRequest(k, ef, method, filter, OptionalDouble.of(lambda), groupBy, columns);
  }

  /** The same with each value of a column once. */
  public SearchRequest withGroupBy(String column) {
    return new SearchRequest(k, ef, method, filter, diversity, Optional.of(column), columns);
  }

  /** The same with these columns in the hits; none for ids and scores alone. */
  public SearchRequest withColumns(Set<String> names) {
    return new SearchRequest(k, ef, method, filter, diversity, groupBy, Optional.of(names));
  }
}
