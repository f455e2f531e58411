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
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvaluationTest {

  private static final int DIMENSION = 32;
  private static final HnswOptions POOR = new HnswOptions(4, 20);
  private static final EvaluationSettings SETTINGS =
      EvaluationSettings.DEFAULT
          .withQueries(200)
          .withThreads(2)
          .withLadder(List.of(10, 40, 100_000))
          .withShares(List.of(0.01, 0.5));

  @TempDir Path folder;

  private static List<IndexRow> rows(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> TestIndex.row(RowId.of(i), DIMENSION, random))
        .toList();
  }

  private void write(Metric metric, int shards, List<IndexRow> rows) throws Exception {
    ShardOptions options =
        new ShardOptions(metric, DIMENSION, POOR, VectorStorage.FLOAT32, TestIndex.COLUMNS);
    TestIndex.write(folder, shards, options, rows);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void recallIsThatOfAComparisonWithAllOtherRows(Metric metric) throws Exception {
    List<IndexRow> rows = rows(900, 1);
    write(metric, 3, rows);
    try (SearchIndex index = SearchIndex.open(folder)) {
      EvaluationSearch search = index.evaluation();
      SearchRequest few = SearchRequest.of(10).withEf(12).withMethod(SearchRequest.Method.GRAPH);
      double found = 0;
      for (EvaluationSearch.Query query : search.sample(SETTINGS.queries())) {
        RowId self = id(index, query);
        Set<RowId> truth =
            new HashSet<>(
                TestIndex.nearest(rows, query.vector(), metric, 10, row -> !row.id().equals(self)));
        List<Candidate> hits = search.nearest(query, few, search.all());
        assertThat(hits).hasSize(10).noneMatch(hit -> hit.id().equals(self));
        found += hits.stream().filter(hit -> truth.contains(hit.id())).count() / 10.0;
      }
      EvaluationRun run = new EvaluationRun(search, SETTINGS);
      assertThat(run.recall(12)).isCloseTo(found / SETTINGS.queries(), within(1e-6));
      assertThat(run.recall(900)).isGreaterThan(0.95);
    }
  }

  private static RowId id(SearchIndex index, EvaluationSearch.Query query) {
    return index.nearest(query.vector(), SearchRequest.of(1).withExact()).get(0).id();
  }

  /** Uniform vectors, of which a row finds its own neighbours through its links at once. */
  @Test
  void aRowIsAsHardToSearchForAsAVectorFromElsewhere() {
    int rows = 6000;
    int queries = 300;
    float[][] vectors = new float[rows + queries][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = TestIndex.query(DIMENSION, i);
    }
    try (HnswGraph graph =
        HnswGraph.build(new Rows(vectors, rows), Metric.COSINE, new HnswOptions(8, 60), 2)) {
      ExactScan scan = ExactScan.of(graph, Metric.COSINE);
      double elsewhere = 0;
      double without = 0;
      double itself = 0;
      for (int q = 0; q < queries; q++) {
        float[] held = vectors[rows + q];
        elsewhere += common(graph.search(held, 10, 12), scan.nearest(held, 10), -1);
        Nearest truth = scan.nearest(vectors[q], 11);
        without += common(graph.searchWithout(vectors[q], 10, 12, null, q), truth, q);
        itself += common(graph.search(vectors[q], 11, 12), truth, q);
      }
      assertThat(without / queries / 10)
          .as("its place among the links of others stays empty")
          .isBetween(elsewhere / queries / 10 - 0.12, elsewhere / queries / 10 + 0.02);
      assertThat(itself / queries / 10).isGreaterThan(elsewhere / queries / 10 + 0.1);
    }
  }

  private static long common(Nearest found, Nearest truth, int self) {
    Set<Integer> rows = new HashSet<>();
    IntStream.of(truth.rows()).filter(row -> row != self).forEach(rows::add);
    return IntStream.of(found.rows()).filter(rows::contains).count();
  }

  private record Rows(float[][] vectors, int size) implements VectorRows {

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public void copy(int row, float[] target, int at) {
      System.arraycopy(vectors[row], 0, target, at, DIMENSION);
    }
  }

  @Test
  void measuresALadderAndFilters() throws Exception {
    write(Metric.COSINE, 2, rows(1500, 2));
    try (SearchIndex index = SearchIndex.open(folder)) {
      Evaluation evaluation = Evaluation.of(index, SETTINGS);
      assertThat(evaluation.queries()).isEqualTo(200);
      assertThat(evaluation.ladder().stream().map(Evaluation.Rung::ef))
          .as("none larger than the index, and its own")
          .containsExactly(10, 40, IndexDescription.DEFAULT_EF);
      assertThat(evaluation.own().ef()).isEqualTo(IndexDescription.DEFAULT_EF);
      assertThat(evaluation.bytes())
          .isEqualTo(index.description().files().mapToLong(IndexDescription.File::size).sum());
      for (Evaluation.Rung rung : evaluation.ladder()) {
        assertThat(rung.recall().at10()).isEqualTo(rung.recall().atK()).isBetween(0.1, 1.0);
        assertThat(rung.speed().median()).isPositive();
        assertThat(rung.speed().percentile99()).isGreaterThanOrEqualTo(rung.speed().median());
        assertThat(rung.speed().oneThread()).isPositive();
        assertThat(rung.speed().allThreads()).isPositive();
      }
      assertThat(evaluation.filters().stream().map(Evaluation.Filtered::share))
          .containsExactly(0.01, 0.5);
      assertThat(evaluation.filters().get(1).rows()).isBetween(650L, 850L);
      assertThat(evaluation.filters().get(0).recall().at10()).as("few rows: exact").isEqualTo(1);
    }
  }

  @Test
  void comesBackFromTheDescription() throws Exception {
    write(Metric.DOT, 1, rows(300, 3));
    try (SearchIndex index = SearchIndex.open(folder)) {
      Evaluation evaluation = Evaluation.of(index, SETTINGS.withK(3)).withBuildSeconds(1.5);
      IndexDescription described = index.description().withEvaluation(evaluation.toMap());
      IndexDescription read = IndexDescription.fromJson(described.toJson(), "index.json");
      assertThat(Evaluation.fromMap(read.evaluation())).contains(evaluation);
    }
    assertThat(Evaluation.fromMap(Map.of())).isEmpty();
    assertThat(Evaluation.fromMap(Map.of("ladder", "of another version"))).isEmpty();
  }

  @Test
  void theSampleIsAlwaysTheSame() throws Exception {
    write(Metric.COSINE, 3, rows(400, 4));
    try (SearchIndex index = SearchIndex.open(folder)) {
      EvaluationSearch search = index.evaluation();
      List<String> sample = names(search.sample(50));
      assertThat(sample).hasSize(50).doesNotHaveDuplicates();
      assertThat(names(search.sample(50))).isEqualTo(sample);
      assertThat(names(search.sample(10_000))).hasSize(400).doesNotHaveDuplicates();
    }
  }

  private static List<String> names(List<EvaluationSearch.Query> sample) {
    return sample.stream().map(q -> q.shard() + ":" + q.row()).collect(Collectors.toList());
  }

  @Test
  void choosesTheLeastEfThatIsEnough() throws Exception {
    write(Metric.COSINE, 1, rows(3000, 5));
    try (SearchIndex index = SearchIndex.open(folder)) {
      EvaluationTuning tuning = EvaluationTuning.of(index, SETTINGS, 1, 0.9);
      assertThat(tuning.enough()).isTrue();
      assertThat(tuning.recall()).isGreaterThanOrEqualTo(0.9);
      EvaluationRun run = new EvaluationRun(index.evaluation(), SETTINGS);
      assertThat(run.recall(tuning.ef())).isEqualTo(tuning.recall());
      assertThat(tuning.ef() == 10 || run.recall(tuning.ef() - 1) < 0.9).isTrue();
      assertThat(EvaluationTuning.of(index, SETTINGS, 1, 0.9)).isEqualTo(tuning);
      assertThat(EvaluationTuning.of(index, SETTINGS, 700, 0.9).ef()).isEqualTo(700);
      EvaluationTuning all = EvaluationTuning.of(index, SETTINGS, 1, 0.99999);
      assertThat(all.enough()).isEqualTo(all.recall() >= 0.99999);
    }
  }

  @Test
  void betterGraphsHaveMoreLinks() {
    HnswOptions better = EvaluationTuning.better(HnswOptions.DEFAULT).orElseThrow();
    assertThat(better).isEqualTo(new HnswOptions(24, 400));
    assertThat(EvaluationTuning.better(new HnswOptions(96, 400))).isEmpty();
  }

  @Test
  void refusesWhatCannotBeMeasured() throws Exception {
    write(Metric.COSINE, 1, rows(1, 6));
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThatThrownBy(() -> Evaluation.of(index, SETTINGS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("an index with 1 rows cannot be evaluated; it takes at least 2");
    }
    assertThatThrownBy(() -> SETTINGS.withQueries(0))
        .hasMessage("queries is 0; it must be 1 or more");
    assertThatThrownBy(() -> SETTINGS.withShares(List.of(1.5)))
        .hasMessageContaining("must be above 0 and below 1");
  }
}
