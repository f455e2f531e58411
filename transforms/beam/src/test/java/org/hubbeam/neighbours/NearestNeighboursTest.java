// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexChange;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.IndexFolder;
import org.hubbeam.search.IndexRow;
import org.hubbeam.search.Metric;
import org.hubbeam.search.RowId;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.ShardOptions;
import org.hubbeam.search.ShardWriter;
import org.hubbeam.search.VectorStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NearestNeighboursTest {

  private static final int CELLS = 12;
  private static final int SHARDS = 3;

  @TempDir Path folder;

  private record Found(List<Batch> batches, List<Failure> failures) {
    Map<String, List<Object>> neighbours() {
      return Vectors.column(batches, NearestNeighbours.NEIGHBOURS);
    }

    Map<String, List<Object>> scores() {
      return Vectors.column(batches, NearestNeighbours.SCORES);
    }
  }

  private void index(Map<String, float[]> vectors, Metric metric) throws IOException {
    ShardOptions options =
        new ShardOptions(metric, CELLS, HnswOptions.DEFAULT, VectorStorage.FLOAT32, List.of());
    List<IndexRow> rows = new ArrayList<>();
    vectors.forEach((id, v) -> rows.add(new IndexRow(RowId.of(id), v, Map.of())));
    rows.sort(ShardWriter.ORDER);
    List<IndexDescription.Shard> shards = new ArrayList<>();
    for (int i = 0; i < SHARDS; i++) {
      try (ShardWriter writer = new ShardWriter(folder, ShardWriter.name(0, i, SHARDS), options)) {
        for (IndexRow row : rows) {
          if (ShardWriter.shardOf(row.id(), SHARDS) == i) {
            assertThat(writer.add(row)).isEmpty();
          }
        }
        shards.add(writer.finish(1));
      }
    }
    IndexFolder.stand(folder, IndexDescription.create(options, shards, Map.of()));
  }

  private NearestNeighbours of(int k) {
    return NearestNeighbours.of(folder.toString(), k, Vectors.EMBEDDING)
        .withIdColumn(Vectors.ID)
        .withEf(2000);
  }

  private static Found run(NearestNeighbours search, List<Batch> batches) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    NearestNeighbours.Result result =
        pipeline.apply(Create.of(batches).withCoder(BatchCoder.of())).apply("Join", search);
    Collected<Batch> rows = Collected.of(result.batches());
    Collected<Failure> failures = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();
    return new Found(rows.elements(), failures.elements());
  }

  /** So that a smaller one is nearer. */
  private static double distance(float[] a, float[] b, Metric metric) {
    double product = 0;
    double square = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      square += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return switch (metric) {
      case COSINE -> -Vectors.cosine(a, b);
      case DOT -> -product;
      case EUCLIDEAN -> Math.sqrt(square);
    };
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void aSelfJoinFindsTheNearestOthersInAllShards(Metric metric) throws IOException {
    Map<String, float[]> vectors = Vectors.clustered(900, 20, CELLS, 1);
    index(vectors, metric);
    Found together = run(of(5).withoutSelf(), Vectors.batches(vectors, 200));
    Found apart = run(of(5).withoutSelf().withShardsApart(), Vectors.shuffled(vectors, 2));
    assertThat(together.failures()).isEmpty();
    assertThat(together.neighbours()).hasSize(900).isEqualTo(apart.neighbours());
    assertThat(together.scores()).isEqualTo(apart.scores());
    together
        .neighbours()
        .forEach(
            (id, found) -> {
              List<Object> expected =
                  vectors.keySet().stream()
                      .filter(other -> !other.equals(id))
                      .sorted(
                          Comparator.comparingDouble(
                              other -> distance(vectors.get(id), vectors.get(other), metric)))
                      .limit(5)
                      .map(other -> (Object) other)
                      .toList();
              assertThat(found).as(id).isEqualTo(expected);
              assertThat(Math.abs((Float) together.scores().get(id).get(0)))
                  .isCloseTo(
                      (float)
                          Math.abs(
                              distance(
                                  vectors.get(id), vectors.get((String) found.get(0)), metric)),
                      within(1e-3f));
            });
  }

  @Test
  void aRowOfTheIndexIsItsOwnNeighbourUnlessToldOtherwise() throws IOException {
    Map<String, float[]> vectors = Vectors.clustered(100, 5, CELLS, 3);
    index(vectors, Metric.COSINE);
    run(of(3), Vectors.batches(vectors, 30))
        .neighbours()
        .forEach((id, found) -> assertThat(found).hasSize(3).startsWith(id));
    run(of(1000).withShardsApart(), Vectors.batches(vectors, 30))
        .neighbours()
        .forEach((id, found) -> assertThat(found).hasSize(100).startsWith(id));
  }

  @Test
  void vectorsThatDoNotFitAreFailures() throws IOException {
    index(Vectors.clustered(50, 5, CELLS, 3), Metric.COSINE);
    Map<String, float[]> rows = new LinkedHashMap<>(Vectors.clustered(3, 1, CELLS, 4));
    rows.put("zeros", new float[CELLS]);
    List<Batch> batches = new ArrayList<>(Vectors.batches(rows, 10));
    batches.addAll(Vectors.batches(Map.of("short", new float[] {1, 2}), 1));
    Found found = run(of(2), batches);
    assertThat(found.neighbours()).hasSize(3);
    assertThat(found.failures())
        .extracting(Failure::id, Failure::reason)
        .containsExactlyInAnyOrder(
            tuple("zeros", "the vector has only zeros, which have no cosine"),
            tuple("short", "the vector has 2 numbers; those of the index have 12"));
  }

  private IndexCache.Part part(int shard) {
    return new IndexCache.Part(folder.toString(), shard, IndexState.of(IndexFolder.read(folder)));
  }

  @Test
  void anIndexThatIsChangedMeanwhileIsNotSearched() throws IOException {
    Map<String, float[]> vectors = Vectors.clustered(50, 5, CELLS, 3);
    index(vectors, Metric.COSINE);
    RowId gone = RowId.of(vectors.keySet().iterator().next());
    int changed = ShardWriter.shardOf(gone, SHARDS);
    IndexCache.Part whole = part(IndexCache.Part.WHOLE);
    IndexCache.Part other = part((changed + 1) % SHARDS);
    IndexCache.Part shard = part(changed);

    IndexDescription described = IndexFolder.read(folder).withEvaluation(Map.of("k", 10));
    IndexFolder.stand(folder, IndexChange.delete(folder, described, List.of(gone)).description());

    IndexCache.JVM.lease(other).close();
    assertThatThrownBy(() -> IndexCache.JVM.lease(shard))
        .hasMessageContaining("has been changed since the job began");
    assertThatThrownBy(() -> IndexCache.JVM.lease(whole))
        .hasMessageContaining(
            "has been changed since the job began: it had generation 0, and has 1; run the job"
                + " again");
    assertThat(run(of(1), Vectors.batches(vectors, 30)).neighbours().values())
        .allSatisfy(found -> assertThat(found).hasSize(1));
  }

  @Test
  void anIndexIsOpenedOnceForAllAndClosedWhenNobodyNeedsIt() throws IOException {
    index(Vectors.clustered(50, 5, CELLS, 3), Metric.COSINE);
    AtomicInteger opened = new AtomicInteger();
    IndexCache cache = new IndexCache(opener(opened), 1, 0);
    IndexCache.Part part = part(IndexCache.Part.WHOLE);
    try (IndexCache.Lease one = cache.lease(part);
        IndexCache.Lease two = cache.lease(part)) {
      assertThat(one.index()).isSameAs(two.index());
    }
    Instant latest = Instant.now().plus(Duration.ofMinutes(5));
    while (cache.size() > 0 && Instant.now().isBefore(latest)) {
      Thread.onSpinWait();
    }
    assertThat(cache.size()).isZero();
    cache.lease(part).close();
    assertThat(opened).hasValue(2);
    IndexState any = new IndexState(0, List.of());
    assertThatThrownBy(() -> cache.lease(new IndexCache.Part("nowhere", -1, any)))
        .hasMessageContaining("nowhere");
    assertThat(cache.size()).isLessThan(2);
  }

  private static IndexCache.Opener opener(AtomicInteger opened) {
    return new IndexCache.Opener() {
      @Override
      public SearchIndex open(IndexCache.Part part) {
        opened.incrementAndGet();
        return SearchIndex.open(Path.of(part.folder()));
      }

      @Override
      public long bytes(IndexCache.Part part) {
        return 10;
      }
    };
  }

  @Test
  void aShardWaitsUntilThereIsRoomForIt() throws Exception {
    index(Vectors.clustered(50, 5, CELLS, 3), Metric.COSINE);
    AtomicInteger opened = new AtomicInteger();
    IndexCache cache = new IndexCache(opener(opened), 1, 25);
    List<IndexCache.Lease> two = new ArrayList<>();
    for (int shard = 0; shard < 2; shard++) {
      two.add(cache.lease(part(shard)));
    }
    CompletableFuture<Void> third = CompletableFuture.runAsync(() -> cache.lease(part(2)).close());
    while (cache.size() < 3 && !third.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(third).isNotDone();
    assertThat(opened).hasValue(2);
    two.get(0).close();
    third.get(5, TimeUnit.MINUTES);
    two.get(1).close();
    assertThat(opened).hasValue(3);
    assertThat(cache.size()).isZero();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> of(0)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> of(1).withEf(0)).hasMessageContaining("at least 1");
  }
}
