// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.search.IndexDescription.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Indexes of codes of 8 bits find nearly what those of floats find. */
class Int8IndexTest {

  private static final int DIMENSION = 32;

  @TempDir Path folder;

  private List<IndexRow> write(Metric metric, VectorStorage storage) throws Exception {
    List<IndexRow> rows = TestIndex.rows(1500, DIMENSION, 61);
    ShardOptions floats = TestIndex.options(metric, DIMENSION);
    ShardOptions options =
        new ShardOptions(metric, DIMENSION, floats.graph(), storage, floats.columns());
    TestIndex.write(folder, 2, options, rows);
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"COSINE", "DOT", "EUCLIDEAN"})
  void theBestByCodesAreScoredAgainByFloats(Metric metric) throws Exception {
    List<IndexRow> rows = write(metric, VectorStorage.INT8_RESCORED);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.description().storage()).isEqualTo(VectorStorage.INT8_RESCORED);
      assertThat(index.description().shards().get(0).files())
          .containsOnlyKeys(Part.GRAPH, Part.CODES, Part.IDS, Part.COLUMNS);
      assertThat(recall(index, rows, SearchRequest.of(10).withEf(300))).isGreaterThan(0.98);
      assertThat(recall(index, rows, SearchRequest.of(10).withExact())).isEqualTo(1);
      assertThat(
              recall(
                  index,
                  rows,
                  SearchRequest.of(10).withFilter(index.filter("price >= 0 or price is null"))))
          .isGreaterThan(0.95);
      Hit hit = index.nearest(rows.get(3).vector(), SearchRequest.of(1).withExact()).get(0);
      float[] vector = index.row(hit.id()).orElseThrow().vector();
      assertThat(hit.score())
          .isCloseTo(
              (metric == Metric.EUCLIDEAN ? -1 : 1)
                  * TestIndex.nearness(vector, rows.get(3).vector(), metric),
              within(1e-3));
    }
  }

  @Test
  void codesAloneAreEnoughForMost() throws Exception {
    List<IndexRow> rows = write(Metric.COSINE, VectorStorage.INT8);
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.description().shards().get(0).files())
          .containsOnlyKeys(Part.CODES, Part.IDS, Part.COLUMNS);
      assertThat(recall(index, rows, SearchRequest.of(10).withEf(300))).isGreaterThan(0.9);
      for (IndexRow row : rows.subList(0, 20)) {
        float[] found = index.row(row.id()).orElseThrow().vector();
        assertThat(TestIndex.nearness(found, row.vector(), Metric.COSINE)).isGreaterThan(0.999);
        assertThat(index.like(row.id(), 5)).extracting(Hit::id).doesNotContain(row.id());
      }
    }
  }

  private static double recall(SearchIndex index, List<IndexRow> rows, SearchRequest request) {
    int found = 0;
    for (int i = 0; i < 50; i++) {
      float[] query = TestIndex.query(DIMENSION, 1000 + i);
      Metric metric = index.description().metric();
      Set<RowId> expected = new HashSet<>(TestIndex.nearest(rows, query, metric, 10, row -> true));
      expected.retainAll(TestIndex.ids(index.nearest(query, request)));
      found += expected.size();
    }
    return found / 500.0;
  }
}
