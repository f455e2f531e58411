// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.hubbeam.search.Metric;
import org.junit.jupiter.api.Test;

class KMeansTest {

  private record Found(List<Batch> batches, List<Failure> failures, List<Batch> clusters) {}

  private static Found run(KMeans kMeans, List<Batch> batches) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    KMeans.Result result =
        pipeline.apply(Create.of(batches).withCoder(BatchCoder.of())).apply("KMeans", kMeans);
    Collected<Batch> rows = Collected.of(result.batches());
    Collected<Failure> failures = Collected.of(result.failures());
    Collected<Batch> clusters = Collected.of(result.clusters());
    pipeline.run().waitUntilFinish();
    return new Found(rows.elements(), failures.elements(), clusters.elements());
  }

  private static KMeans of(int clusters) {
    return KMeans.of(clusters, Vectors.EMBEDDING).withIdColumn(Vectors.ID);
  }

  @Test
  void pointsThatWereSetApartAreFound() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    Vectors.clustered(300, 1, 16, 1).forEach((id, v) -> vectors.put("a" + id, v));
    Vectors.clustered(200, 1, 16, 2).forEach((id, v) -> vectors.put("b" + id, v));
    Vectors.clustered(100, 1, 16, 3).forEach((id, v) -> vectors.put("c" + id, v));

    Found found = run(of(3), Vectors.batches(vectors, 64));

    assertThat(found.failures()).isEmpty();
    Map<String, List<Object>> clusters = Vectors.column(found.batches(), KMeans.CLUSTER);
    assertThat(clusters).hasSize(600);
    Map<Character, Object> of = new HashMap<>();
    clusters.forEach(
        (id, c) -> assertThat(of.computeIfAbsent(id.charAt(0), x -> c)).as(id).isEqualTo(c));
    assertThat(new HashSet<>(of.values())).hasSize(3);

    Batch described = found.clusters().get(0);
    assertThat(described.rows()).isEqualTo(3);
    int largest = (int) (long) (Long) ((List<?>) of.get('a')).get(0);
    assertThat(described.column("rows").values().get(largest)).isEqualTo(300L);
    float[] centroids = ((Values.Numbers) described.column("centroid").values()).toFloats();
    float[] first = new float[16];
    System.arraycopy(centroids, largest * 16, first, 0, 16);
    Map<String, List<Object>> distances = Vectors.column(found.batches(), KMeans.DISTANCE);
    distances.forEach(
        (id, distance) -> {
          if (id.startsWith("a")) {
            assertThat((double) (Float) distance.get(0))
                .isCloseTo(1 - Vectors.cosine(first, vectors.get(id)), within(1e-5));
          }
        });
    String nearest =
        distances.entrySet().stream()
            .filter(e -> e.getKey().startsWith("a"))
            .min(
                Map.Entry.comparingByValue(
                    (x, y) -> ((Float) x.get(0)).compareTo((Float) y.get(0))))
            .orElseThrow()
            .getKey();
    Values named = described.column("nearest").slice(largest, largest + 1).values();
    assertThat(named.size()).isEqualTo(5);
    assertThat(((Values.Strings) named).text(0)).isEqualTo(nearest);
  }

  @Test
  void orderAndPartsMakeNoDifference() {
    Map<String, float[]> vectors = Vectors.clustered(2000, 12, 8, 4);
    for (Metric metric : List.of(Metric.COSINE, Metric.EUCLIDEAN)) {
      KMeans kMeans = of(10).withMetric(metric).withSeed(7).withPasses(3);
      Found once = run(kMeans, Vectors.batches(vectors, 500));
      Found again = run(kMeans, Vectors.shuffled(vectors, 5));
      assertThat(again.clusters()).isEqualTo(once.clusters());
      for (String column : List.of(KMeans.CLUSTER, KMeans.DISTANCE)) {
        assertThat(Vectors.column(again.batches(), column))
            .isEqualTo(Vectors.column(once.batches(), column));
      }
    }
  }

  @Test
  void vectorsThatCannotBeComparedAreFailures() {
    Map<String, float[]> vectors = Vectors.clustered(20, 2, 4, 1);
    vectors.put("nan", new float[] {1, Float.NaN, 0, 0});
    vectors.put("zeros", new float[4]);
    List<Batch> batches = Vectors.batches(vectors, 100);
    Map<String, float[]> shorter = new LinkedHashMap<>();
    shorter.put("short", new float[] {1, 2, 3});
    List<Batch> all = new ArrayList<>(batches);
    all.addAll(Vectors.batches(shorter, 1));

    Found cosine = run(of(2), all);
    assertThat(cosine.failures())
        .extracting(Failure::id, Failure::column, Failure::reason)
        .containsExactlyInAnyOrder(
            tuple("nan", "embedding", "the vector has NaN, expected finite numbers"),
            tuple("zeros", "embedding", "the vector has only zeros, which have no cosine"),
            tuple("short", "embedding", "the vector has 3 numbers; most have 4"));
    assertThat(Vectors.column(cosine.batches(), KMeans.CLUSTER)).hasSize(20);
    Found euclidean = run(of(2).withMetric(Metric.EUCLIDEAN), all);
    assertThat(Vectors.column(euclidean.batches(), KMeans.CLUSTER)).containsKey("zeros");
  }

  @Test
  void fewAndNoRowsHaveFewAndNoClusters() {
    Found few = run(of(5), Vectors.batches(Vectors.clustered(3, 3, 4, 1), 10));
    assertThat(few.clusters().get(0).rows()).isEqualTo(3);
    assertThat(run(of(5), List.of()).clusters()).isEmpty();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> of(0)).hasMessageContaining("1 cluster or more");
    assertThatThrownBy(() -> of(2).withMetric(Metric.DOT)).hasMessageContaining("euclidean");
    assertThatThrownBy(() -> of(2).withPasses(21)).hasMessageContaining("21");
  }
}
