// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.files.BatchCoder;
import org.junit.jupiter.api.Test;

class DeduplicateTest {

  private record Found(List<Batch> kept, List<Batch> dropped, List<Failure> failures) {
    Set<String> keptIds() {
      return Vectors.column(kept, Vectors.ID).keySet();
    }

    Map<String, List<Object>> dropped(String column) {
      return Vectors.column(dropped, column);
    }
  }

  private static Found run(Deduplicate deduplicate, List<Batch> batches) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Deduplicate.Result result =
        pipeline.apply(Create.of(batches).withCoder(BatchCoder.of())).apply("Dedup", deduplicate);
    Collected<Batch> kept = Collected.of(result.kept());
    Collected<Batch> dropped = Collected.of(result.dropped());
    Collected<Failure> failures = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();
    return new Found(kept.elements(), dropped.elements(), failures.elements());
  }

  private static Deduplicate of(double threshold) {
    return Deduplicate.of(threshold, Vectors.EMBEDDING).withIdColumn(Vectors.ID);
  }

  /** Rows of which some are copies of others: the same, scaled, or a little different. */
  private static Map<String, float[]> planted(int rows) {
    Map<String, float[]> vectors = Vectors.clustered(rows, 40, 32, 11);
    Random random = new Random(12);
    for (int i = 0; i < rows / 5; i++) {
      float[] copy = vectors.get("r" + random.nextInt(rows)).clone();
      float scale = i % 3 == 0 ? 1 : 2;
      for (int cell = 0; cell < copy.length; cell++) {
        copy[cell] = scale * copy[cell];
        copy[cell] += i % 3 == 2 ? 0.05f * (float) random.nextGaussian() : 0;
      }
      vectors.put("copy" + i, copy);
    }
    return vectors;
  }

  private static String root(Map<String, String> above, String id) {
    String at = id;
    while (above.containsKey(at)) {
      at = above.get(at);
    }
    return at;
  }

  @Test
  void itIsWhatComparingAllWithAllFinds() {
    assertThat(foundAsComparingAllFinds(planted(4200))).isGreaterThan(800);
  }

  @Test
  void itIsWhatComparingAllFindsWhereThousandsAreEqual() {
    Map<String, float[]> vectors = Vectors.clustered(400, 20, 16, 21);
    Random random = new Random(22);
    for (int i = 0; i < 2600; i++) {
      float[] copy = vectors.get("r" + (i < 2000 ? 0 : i % 3)).clone();
      if (i % 40 == 0) {
        for (int cell = 0; cell < copy.length; cell++) {
          copy[cell] += 0.12f * (float) random.nextGaussian();
        }
      }
      vectors.put("copy" + i, copy);
    }
    assertThat(foundAsComparingAllFinds(vectors)).isGreaterThan(2500);
  }

  /** Checks what is found, in two orders, and gives how many rows should be dropped. */
  private static int foundAsComparingAllFinds(Map<String, float[]> vectors) {
    double threshold = 0.97;
    List<String> ids = new ArrayList<>(vectors.keySet());
    float[][] all = vectors.values().toArray(float[][]::new);
    Map<String, String> above = new HashMap<>();
    Map<String, Double> most = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      for (int j = 0; j < i; j++) {
        double cosine = Vectors.cosine(all[i], all[j]);
        if (cosine < threshold) {
          continue;
        }
        String one = ids.get(i);
        String other = ids.get(j);
        most.merge(one, cosine, Math::max);
        most.merge(other, cosine, Math::max);
        String first = root(above, one);
        String second = root(above, other);
        if (first.compareTo(second) < 0) {
          above.put(second, first);
        } else if (first.compareTo(second) > 0) {
          above.put(first, second);
        }
      }
    }
    Found found = run(of(threshold), Vectors.batches(vectors, 700));

    assertThat(found.failures()).isEmpty();
    Set<String> expected = new TreeSet<>(ids);
    expected.removeAll(above.keySet());
    assertThat(found.keptIds()).isEqualTo(expected);
    Map<String, List<Object>> of = found.dropped(Deduplicate.DUPLICATE_OF);
    assertThat(of.keySet()).isEqualTo(new TreeSet<>(above.keySet()));
    of.forEach((id, kept) -> assertThat(kept).containsExactly(root(above, id)));
    found
        .dropped(Deduplicate.SCORE)
        .forEach(
            (id, score) ->
                assertThat((Float) score.get(0))
                    .isCloseTo((float) (double) most.get(id), within(1e-5f)));
    found
        .dropped(Deduplicate.RESEMBLES)
        .forEach(
            (id, other) ->
                assertThat(Vectors.cosine(vectors.get(id), vectors.get((String) other.get(0))))
                    .isCloseTo(most.get(id), within(1e-5)));

    Found again = run(of(threshold), Vectors.shuffled(vectors, 3));
    assertThat(again.keptIds()).isEqualTo(found.keptIds());
    for (String column : List.of("duplicate_of", "resembles", "score")) {
      assertThat(again.dropped(column)).isEqualTo(found.dropped(column));
    }
    return above.size();
  }

  @Test
  void aChainIsOneGroup() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      vectors.put("r" + i, new float[] {(float) Math.cos(i * 0.2), (float) Math.sin(i * 0.2)});
    }
    Found found = run(of(0.97), Vectors.batches(vectors, 3));
    assertThat(found.keptIds()).containsExactly("r0");
    assertThat(found.dropped(Deduplicate.DUPLICATE_OF).get("r9")).containsExactly("r0");
    assertThat(found.dropped(Deduplicate.RESEMBLES).get("r9")).containsExactly("r8");
  }

  private static Batch rows(String source, long[] ids, String[] texts, float[] years) {
    float[] vectors = new float[2 * ids.length];
    for (int i = 0; i < ids.length; i++) {
      vectors[2 * i] = 1;
      vectors[2 * i + 1] = 0.001f * ids[i];
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("id", Array.Dense.vector(Values.of(ids)));
    columns.put("text", Array.Dense.vector(Values.of(texts)));
    columns.put("year", Array.Dense.vector(Values.of(years)));
    columns.put("embedding", new Array.Dense(List.of((long) ids.length, 2L), Values.of(vectors)));
    long[] records = new long[ids.length];
    for (int i = 0; i < records.length; i++) {
      records[i] = 100L + i;
    }
    return new Batch(ids.length, columns, new Batch.Origin(source, records));
  }

  private static List<Object> ids(List<Batch> batches) {
    List<Object> ids = new ArrayList<>();
    for (Batch batch : batches) {
      for (int i = 0; i < batch.rows(); i++) {
        ids.add(batch.column("id").values().get(i));
      }
    }
    ids.sort(null);
    return ids;
  }

  private static final List<Batch> RANKED =
      List.of(
          rows(
              "b.txt",
              new long[] {9, 10},
              new String[] {"short", "the longest of all"},
              new float[] {1990, -3}),
          rows(
              "a.txt",
              new long[] {11, 30},
              new String[] {"longer text", ""},
              new float[] {Float.NaN, 2001}));

  @Test
  void theRuleSaysWhichRowIsKept() {
    assertThat(ids(run(of(0.9), RANKED).kept())).containsExactly(11L);
    assertThat(ids(run(of(0.9).withKeep(Keep.longest()), RANKED).kept())).containsExactly(10L);
    assertThat(ids(run(of(0.9).withKeep(Keep.greatest("year")), RANKED).kept()))
        .containsExactly(30L);
    assertThat(ids(run(of(0.9).withKeep(Keep.greatest("text")), RANKED).kept()))
        .containsExactly(10L);
    assertThat(ids(run(of(0.9).withKeep(Keep.greatest("id")), RANKED).kept())).containsExactly(30L);
    assertThat(ids(run(Deduplicate.of(0.9, "embedding"), RANKED).kept())).containsExactly(11L);
  }

  @Test
  void rowsWithoutAnIdOfTheirOwnAreFailures() {
    List<Batch> batches = new ArrayList<>(RANKED);
    batches.add(
        rows("a2.txt", new long[] {9}, new String[] {"the same id again"}, new float[] {1}));
    Found found = run(of(0.9999999), batches);
    assertThat(found.failures())
        .extracting(Failure::id, Failure::column, Failure::reason)
        .containsExactly(tuple("b.txt@100", "id", "another row has the id 9, too"));
    assertThat(ids(found.kept())).containsExactly(9L, 10L, 11L, 30L);
  }

  @Test
  void manyCopiesOfOneRowAreOneGroup() {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      vectors.put(String.format("c%05d", i), new float[] {1, 2, 3});
    }
    vectors.put("other", new float[] {3, -2, 1});
    Found found = run(of(0.97), Vectors.batches(vectors, 2000));
    assertThat(found.keptIds()).containsExactly("c00000", "other");
    assertThat(found.dropped(Deduplicate.RESEMBLES).values())
        .allMatch(List.of((Object) "c00000")::equals);
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> of(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> of(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new Keep(Keep.Rule.GREATEST, null)).hasMessageContaining("column");
  }
}
