// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares filters with an interpreter that asks row by row, and reads what is wrong in others. */
class FilterTest {

  @TempDir Path folder;

  private static List<RowId> matching(SearchIndex index, Filter filter) {
    SearchRequest all =
        SearchRequest.of(10_000).withFilter(filter).withExact().withColumns(Set.of());
    List<RowId> ids =
        new ArrayList<>(
            TestIndex.ids(index.nearest(new float[index.description().dimension()], all)));
    Collections.sort(ids);
    return ids;
  }

  @Test
  void randomFiltersAgreeWithAnInterpreter() throws Exception {
    List<IndexRow> rows = TestIndex.rows(700, 2, 11);
    TestIndex.write(folder, 2, TestIndex.options(Metric.DOT, 2), rows);
    Random random = new Random(12);
    try (SearchIndex index = SearchIndex.open(folder)) {
      for (int i = 0; i < 3000; i++) {
        RandomFilter filter = RandomFilter.of(random, random.nextInt(4));
        assertThat(matching(index, index.filter(filter.text())))
            .as(filter.text())
            .isEqualTo(filter.matching(rows));
      }
    }
  }

  @Test
  void numbersAreComparedAsTheyAre() throws Exception {
    List<IndexRow> rows = new ArrayList<>();
    long[] years = {Long.MIN_VALUE, -1, 0, (1L << 53) + 1, Long.MAX_VALUE};
    double[] prices = {Double.NEGATIVE_INFINITY, -0.0, 0.1, Double.NaN, 1e308};
    for (int i = 0; i < 5; i++) {
      Map<String, Object> columns = Map.of("year", years[i], "price", prices[i]);
      rows.add(new IndexRow(RowId.of(i), new float[] {1}, columns));
    }
    rows.add(new IndexRow(RowId.of(5), new float[] {1}, Map.of()));
    TestIndex.write(folder, 1, TestIndex.options(Metric.DOT, 1), rows);
    Map<String, List<Integer>> expected = new HashMap<>();
    expected.put("year == 9007199254740993", List.of(3));
    expected.put("year == 9007199254740992", List.of());
    expected.put("year > 9223372036854775806.5", List.of(4));
    expected.put("year < 99999999999999999999", List.of(0, 1, 2, 3, 4));
    expected.put("year >= -9223372036854775808", List.of(0, 1, 2, 3, 4));
    expected.put("year != 0.5", List.of(0, 1, 2, 3, 4));
    expected.put("year in (0.0, 7, -1, 1e400)", List.of(1, 2));
    expected.put("not year in (0.0, -1)", List.of(0, 3, 4));
    expected.put("-0.5 < year <= 0", List.of(2));
    expected.put("price == 0", List.of(1));
    expected.put("price == .1", List.of(2));
    expected.put("price < 1", List.of(0, 1, 2));
    expected.put("not price < 1", List.of(3, 4));
    expected.put("price != 0", List.of(0, 2, 3, 4));
    expected.put("price is null", List.of(5));
    expected.put("price == null", List.of(5));
    expected.put("price != null and not year is null", List.of(0, 1, 2, 3, 4));
    try (SearchIndex index = SearchIndex.open(folder)) {
      expected.forEach(
          (text, ids) ->
              assertThat(matching(index, index.filter(text)))
                  .as(text)
                  .isEqualTo(ids.stream().map(RowId::of).toList()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "langg == 'de' | there is no column 'langg'; did you mean lang? | 0",
        "lang == de | expected a value of type string, found 'de'; texts are in quotes: 'de' | 8",
        "lang == 1 | column lang (string) is not compared with '1'; texts are in quotes | 8",
        "year == 'x' | column year (int64) is not compared with the text 'x'; numbers are without |"
            + " 8",
        "year >= | expected a value of type int64, found the end | 7",
        "year 1990 | expected a comparison of year such as ==, <, in (...) or is null, found '1990'"
            + " | 5",
        "(year == 1 | expected 'and', 'or' or ')', found the end | 10",
        "year == 1) | expected 'and', 'or' or the end, found ')' | 9",
        "year == 1 lang == 'x' | expected 'and', 'or' or the end, found 'lang' | 10",
        "lang == 'de | the quote that begins here does not end | 8",
        "year == 12abc | '12abc' is not a number | 8",
        "year in (1, 'x') | column year (int64) is not compared with the text 'x' | 12",
        "year in 1 | expected '(' and values, found '1' | 8",
        "year in () | expected a value of type int64, found ')' | 9",
        "checked < true | checked (bool) is true or false and has no order | 10",
        "checked == 1 | column checked (bool) is not compared with '1'; it is true or false | 11",
        "picture == 'x' | column picture (bytes) has bytes: only 'is null' is asked | 11",
        "year < null | null is not compared; use 'is null' | 7",
        "year is 5 | expected 'null' or 'not null', found '5' | 8",
        "year # 5 | '#' has no meaning in a filter | 5",
        "and | there is no column 'and' | 0",
        "5 | expected a comparison such as == or <, found the end | 1",
        "5 < 6 | expected a column, found '6' | 4",
        "year between 1 or 2 | expected 'and' and the end of the range, found 'or' | 15",
      })
  void filtersThatAreWrongSayWhere(String text, String reason, int position) {
    assertThatExceptionOfType(FilterException.class)
        .isThrownBy(() -> Filter.parse(text, TestIndex.COLUMNS))
        .satisfies(e -> assertThat(e.reason()).startsWith(reason))
        .satisfies(e -> assertThat(e.position()).isEqualTo(position))
        .withMessageEndingWith("\n  " + text + "\n  " + " ".repeat(position) + "^");
  }

  @Test
  void theCaretStandsBelowTheErrorOfALongFilterInSignsOfAllWidths() {
    String text =
        "year == 1 or ".repeat(50) + "lang == '\ud83d\ude00' and nope == 2 or " + "x".repeat(100);
    assertThatThrownBy(() -> Filter.parse(text, TestIndex.COLUMNS))
        .satisfies(
            e -> {
              String[] lines = e.getMessage().lines().toArray(String[]::new);
              int caret = lines[2].indexOf('^');
              int at = lines[1].offsetByCodePoints(0, caret);
              assertThat(lines[1].substring(at)).startsWith("nope");
              assertThat(lines[1]).startsWith("  ...").endsWith("...").hasSizeLessThan(140);
            });
  }

  @Test
  void anEmptyFilterAndOneWithoutColumnsAreRefused() {
    assertThatThrownBy(() -> Filter.parse("  ", TestIndex.COLUMNS))
        .hasMessageStartingWith("the filter is empty");
    assertThatThrownBy(() -> Filter.parse("a == 1", List.of()))
        .hasMessageStartingWith("there is no column 'a'; the index has no columns");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "not ", "!"})
  void deepFiltersAreRefusedNotAnEndOfTheStack(String opening) {
    assertThatThrownBy(() -> Filter.parse(opening.repeat(50_000), TestIndex.COLUMNS))
        .isInstanceOf(FilterException.class);
  }

  @Test
  void namesInBackticksAreColumnsWhateverTheyAre() {
    List<IndexColumn> columns =
        List.of(
            new IndexColumn("a b", ColumnType.INT64),
            new IndexColumn("not", ColumnType.BOOL),
            new IndexColumn("tick`", ColumnType.BOOL),
            new IndexColumn("img/shape-2.x", ColumnType.INT64));
    Filter.parse("`a b` == 1 and not `not` and `tick``` and img/shape-2.x>-3", columns);
    Filter.parse("`not` and not `not`", columns);
    assertThatThrownBy(() -> Filter.parse("`a c` == 1", columns))
        .hasMessageStartingWith("there is no column 'a c'; did you mean a b?");
  }

  @Test
  void textsHaveQuotesAndEscapes() {
    List<IndexColumn> columns = List.of(new IndexColumn("t", ColumnType.STRING));
    assertThat(Filter.parse("t == 'it''s'", columns))
        .isEqualTo(Filter.parse("t == \"it's\"", columns))
        .isEqualTo(Filter.parse("t=='it\\'s'", columns))
        .isNotEqualTo(Filter.parse("t == 'its'", columns));
    assertThat(Filter.parse("t == '\\d\\n'", columns))
        .isEqualTo(Filter.parse("t == '\\\\d\n'", columns));
  }

  @Test
  void aFilterOfAnotherIndexIsRefused() throws Exception {
    TestIndex.write(folder, 1, TestIndex.options(Metric.DOT, 1), TestIndex.rows(5, 1, 1));
    List<IndexColumn> columns = List.of(new IndexColumn("year", ColumnType.STRING));
    Filter other = Filter.parse("year == 'x'", columns);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThatThrownBy(() -> index.nearest(new float[1], SearchRequest.of(1).withFilter(other)))
          .hasMessageContaining("the filter is for the columns of another index");
    }
  }
}
