// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.search.SearchRequest.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares searches with comparisons of all rows. */
class SearchIndexTest {

  private static final int DIMENSION = 24;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"COSINE,1", "COSINE,3", "DOT,2", "EUCLIDEAN,4"})
  void theNearestRowsAreThoseOfAComparisonWithAll(Metric metric, int shards) throws Exception {
    List<IndexRow> rows = TestIndex.rows(1200, DIMENSION, 1);
    TestIndex.write(folder, shards, TestIndex.options(metric, DIMENSION), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.size()).isEqualTo(1200);
      float[][] queries = new float[20][];
      for (int i = 0; i < queries.length; i++) {
        queries[i] = TestIndex.query(DIMENSION, 100 + i);
        List<RowId> expected = TestIndex.nearest(rows, queries[i], metric, 10, row -> true);
        List<Hit> exact = index.nearest(queries[i], SearchRequest.of(10).withExact());
        assertThat(TestIndex.ids(exact)).isEqualTo(expected);
        assertThat(Math.abs(exact.get(0).score()))
            .isCloseTo(
                Math.abs(TestIndex.nearness(vector(rows, exact.get(0).id()), queries[i], metric)),
                within(1e-4));
        List<Hit> graph =
            index.nearest(queries[i], SearchRequest.of(10).withEf(1200).withMethod(Method.GRAPH));
        assertThat(TestIndex.ids(graph)).isEqualTo(expected);
        assertThat(index.nearest(queries[i], 10)).hasSize(10);
      }
      List<List<Hit>> batch = index.nearest(queries, SearchRequest.of(7).withExact());
      for (int i = 0; i < queries.length; i++) {
        assertThat(TestIndex.ids(batch.get(i)))
            .isEqualTo(TestIndex.nearest(rows, queries[i], metric, 7, row -> true));
      }
    }
  }

  private static float[] vector(List<IndexRow> rows, RowId id) {
    return rows.stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow().vector();
  }

  @Test
  void rowsComeBackAsTheyWerePutIn() throws Exception {
    List<IndexRow> rows = TestIndex.rows(300, DIMENSION, 2);
    TestIndex.write(folder, 2, TestIndex.options(Metric.DOT, DIMENSION), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      Set<RowId> seen = new HashSet<>();
      index.rows().forEach(row -> seen.add(row.id()));
      assertThat(seen).hasSize(300);
      for (IndexRow row : rows) {
        IndexRow found = index.row(row.id()).orElseThrow();
        assertThat(found.vector()).isEqualTo(row.vector());
        assertThat(found.columns()).usingRecursiveComparison().isEqualTo(row.columns());
      }
      assertThat(index.row(RowId.of("nobody"))).isEmpty();
      assertThat(index.row(RowId.of(Long.MAX_VALUE))).isEmpty();
      assertThat(index.row(RowId.of("-50"))).isEmpty();
    }
  }

  @Test
  void aRowIsLikeOthersNotLikeItself() throws Exception {
    List<IndexRow> rows = TestIndex.rows(200, DIMENSION, 3);
    TestIndex.write(folder, 3, TestIndex.options(Metric.COSINE, DIMENSION), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      for (IndexRow row : rows.subList(0, 20)) {
        assertThat(TestIndex.ids(index.like(row.id(), SearchRequest.of(5).withExact())))
            .isEqualTo(
                TestIndex.nearest(
                    rows, row.vector(), Metric.COSINE, 5, r -> !r.id().equals(row.id())));
      }
      assertThatThrownBy(() -> index.like(RowId.of("nobody"), 5))
          .hasMessage("the index has no row with the id nobody");
    }
  }

  @Test
  void filteredSearchesFindAllThatMatch() throws Exception {
    List<IndexRow> rows = TestIndex.rows(1500, DIMENSION, 4);
    TestIndex.write(folder, 2, TestIndex.options(Metric.EUCLIDEAN, DIMENSION), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      for (String text :
          List.of("lang == 'de'", "year < 1952", "price >= 5", "year is null", "not checked")) {
        Filter filter = index.filter(text);
        Set<RowId> matching = new HashSet<>(TestIndex.ids(all(index, filter)));
        for (Method method : Method.values()) {
          SearchRequest request =
              SearchRequest.of(10).withFilter(filter).withMethod(method).withEf(400);
          float[] query = TestIndex.query(DIMENSION, 5);
          assertThat(TestIndex.ids(index.nearest(query, request)))
              .as("%s by %s", text, method)
              .isEqualTo(
                  TestIndex.nearest(
                      rows, query, Metric.EUCLIDEAN, 10, row -> matching.contains(row.id())));
        }
      }
    }
  }

  private static List<Hit> all(SearchIndex index, Filter filter) {
    return index.nearest(
        new float[DIMENSION], SearchRequest.of(5000).withFilter(filter).withExact());
  }

  @Test
  void eachValueOfAColumnComesOnceWithItsNearestRow() throws Exception {
    List<IndexRow> rows = TestIndex.rows(900, DIMENSION, 6);
    TestIndex.write(folder, 2, TestIndex.options(Metric.COSINE, DIMENSION), rows);
    float[] query = TestIndex.query(DIMENSION, 7);
    Set<Object> seen = new HashSet<>();
    List<RowId> expected =
        TestIndex.nearest(rows, query, Metric.COSINE, 900, row -> true).stream()
            .filter(
                id -> {
                  Object year = columns(rows, id).get("year");
                  return year == null || seen.add(year);
                })
            .toList();
    try (SearchIndex index = SearchIndex.open(folder)) {
      for (int k : List.of(1, 10, 80, expected.size())) {
        SearchRequest request = SearchRequest.of(k).withGroupBy("year").withExact();
        assertThat(TestIndex.ids(index.nearest(query, request))).isEqualTo(expected.subList(0, k));
      }
      assertThat(index.nearest(query, SearchRequest.of(900).withGroupBy("year")))
          .hasSize(expected.size());
      assertThatThrownBy(() -> index.nearest(query, SearchRequest.of(1).withGroupBy("yaer")))
          .hasMessageContaining("there is no column 'yaer'; did you mean year?");
    }
  }

  private static Map<String, Object> columns(List<IndexRow> rows, RowId id) {
    return rows.stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow().columns();
  }

  @Test
  void diverseHitsAreUnlikeEachOther() throws Exception {
    List<IndexRow> rows =
        List.of(
            row("a", 1, 0, 0),
            row("a2", 1, 0.01f, 0),
            row("a3", 1, 0, 0.01f),
            row("b", 1, 1, 0),
            row("c", 0.5f, 0, 1),
            row("d", -1, 0, 0));
    TestIndex.write(folder, 1, TestIndex.options(Metric.COSINE, 3), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      float[] query = {1, 0, 0};
      assertThat(TestIndex.ids(index.nearest(query, SearchRequest.of(3))))
          .extracting(Objects::toString)
          .containsExactly("a", "a2", "a3");
      assertThat(TestIndex.ids(index.nearest(query, SearchRequest.of(3).withDiversity(1))))
          .extracting(Objects::toString)
          .containsExactly("a", "a2", "a3");
      assertThat(TestIndex.ids(index.nearest(query, SearchRequest.of(3).withDiversity(0.4))))
          .extracting(Objects::toString)
          .startsWith("a")
          .doesNotContain("a2", "a3");
    }
  }

  private static IndexRow row(String id, float... vector) {
    return new IndexRow(RowId.of(id), vector, Map.of());
  }

  @Test
  void rowsOfTheSameScoreComeByTheirIds() throws Exception {
    List<IndexRow> rows =
        List.of(row("z", 1, 0), row("b", 1, 0), row("a", 2, 0), row("y", 1, 0), row("c", 0, 1));
    TestIndex.write(folder, 3, TestIndex.options(Metric.COSINE, 2), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(TestIndex.ids(index.nearest(new float[] {1, 0}, 10)))
          .extracting(Objects::toString)
          .containsExactly("a", "b", "y", "z", "c");
    }
  }

  @Test
  void onlyColumnsAskedForComeWithTheHits() throws Exception {
    List<IndexRow> rows = TestIndex.rows(50, DIMENSION, 8);
    TestIndex.write(folder, 1, TestIndex.options(Metric.DOT, DIMENSION), rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      float[] query = TestIndex.query(DIMENSION, 9);
      assertThat(index.nearest(query, SearchRequest.of(50).withColumns(Set.of())))
          .allSatisfy(hit -> assertThat(hit.columns()).isEmpty());
      assertThat(index.nearest(query, SearchRequest.of(50).withColumns(Set.of("year"))))
          .allSatisfy(
              hit ->
                  assertThat(hit.columns().get("year"))
                      .isEqualTo(columns(rows, hit.id()).get("year")))
          .allSatisfy(hit -> assertThat(hit.columns()).doesNotContainKey("lang"));
    }
  }

  @Test
  void queriesThatCannotBeComparedAreRefused() throws Exception {
    TestIndex.write(folder, 1, TestIndex.options(Metric.COSINE, 3), List.of(row("a", 1, 0, 0)));
    SearchIndex index = SearchIndex.open(folder);
    assertThatThrownBy(() -> index.nearest(new float[2], 1))
        .hasMessage("the vector has 2 values; the index has dimension 3");
    assertThatThrownBy(() -> index.nearest(new float[3], 1)).hasMessageContaining("only zeros");
    assertThatThrownBy(() -> index.nearest(new float[] {0, Float.NaN, 1}, 1))
        .hasMessage("the vector is not finite: value 1 is NaN");
    assertThatThrownBy(() -> SearchRequest.of(0)).hasMessageContaining("k is 0");
    index.close();
    index.close();
    assertThatThrownBy(() -> index.nearest(new float[] {1, 0, 0}, 1))
        .hasMessage("the index is closed");
  }

  @Test
  void anIndexWithoutRowsAnswersNothing() throws Exception {
    TestIndex.write(folder, 2, TestIndex.options(Metric.COSINE, 3), List.of());
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.size()).isZero();
      assertThat(index.nearest(new float[] {1, 0, 0}, 3)).isEmpty();
      assertThat(index.rows()).isEmpty();
      assertThat(index.nearest(new float[] {1, 0, 0}, SearchRequest.of(2).withGroupBy("year")))
          .isEmpty();
    }
  }
}
