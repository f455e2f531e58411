// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of an index a search may find, by their columns: {@code lang == 'de' and year >=
 * 1990}.
 *
 * <p>A comparison has a column and a value, in either order: {@code ==} (or {@code =}), {@code !=}
 * (or {@code <>}), {@code <}, {@code <=}, {@code >}, {@code >=}; ranges: {@code 1990 <= year <
 * 2000}, {@code year between 1990 and 1999}; {@code lang in ('de', 'fr')}, {@code lang not in
 * ('de')}; {@code year is null}, {@code year is not null}; a column of truth values alone: {@code
 * checked}. They are joined by {@code and}, {@code or}, {@code not} and brackets; {@code &&},
 * {@code ||} and {@code !} are the same. Texts are in single or double quotes, numbers as usual,
 * truth values are {@code true} and {@code false}. Names that are not letters, digits, {@code _},
 * {@code .}, {@code -} and {@code /} are in backticks. Words of the language may be in upper case.
 *
 * <p>Texts are compared by their code points. A row without a value matches no comparison of that
 * column and no {@code not} of one, as in SQL: only {@code is null} finds it. Immutable.
 */
public final class Filter {

  private final String text;
  private final FilterNode node;
  private final Set<IndexColumn> columns;

  private Filter(String text, FilterNode node) {
    this.text = text;
    this.node = node;
    columns = new LinkedHashSet<>();
    collect(node);
  }

  private void collect(FilterNode part) {
    if (part instanceof FilterNode.And and) {
      and.parts().forEach(this::collect);
    } else if (part instanceof FilterNode.Or or) {
      or.parts().forEach(this::collect);
    } else if (part instanceof FilterNode.Not not) {
      collect(not.part());
    } else if (part instanceof FilterNode.IsNull isNull) {
      columns.add(isNull.column());
    } else if (part instanceof FilterNode.Compare compare) {
      columns.add(compare.column());
    } else if (part instanceof FilterNode.In in) {
      columns.add(in.column());
    }
  }

  /**
   * Reads a filter.
   *
   * @param columns those of the index
   * @throws FilterException when it does not parse, names a column that is not there, or compares
   *     one with a value of another type
   */
  public static Filter parse(String text, List<IndexColumn> columns) {
    return new Filter(text, FilterParser.parse(text, columns));
  }

  /**
   * Checks that an index has the columns that are compared.
   *
   * @throws IllegalArgumentException when it was read for another index
   */
  void checkFits(List<IndexColumn> others) {
    for (IndexColumn column : columns) {
      if (!others.contains(column)) {
        throw new IllegalArgumentException(
            "the filter is for the columns of another index: "
                + FilterText.unknown(column.name(), others));
      }
    }
  }

  /** A bit for each row that matches. */
  long[] matches(ColumnsFile stored, int rows) {
    return new FilterRows(stored, rows).matching(node);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Filter filter && node.equals(filter.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  /** The text that it was read from. */
  @Override
  public String toString() {
    return text;
  }
}
