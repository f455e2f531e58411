// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.testing.CombineFnTester;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;

class PoolRowsTest {
  private final TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);

  private static Batch batch(String[] files, float[] starts, float[] vectors) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("file", Array.Dense.vector(Values.of(files)));
    columns.put("start_seconds", Array.Dense.vector(Values.of(starts)));
    float[] ends = new float[starts.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = starts[i] + 1;
    }
    columns.put("end_seconds", Array.Dense.vector(Values.of(ends)));
    columns.put("vector", new Array.Dense(List.of((long) files.length, 2L), Values.of(vectors)));
    return Batch.of(columns);
  }

  private static final List<Batch> BATCHES =
      List.of(
          batch(
              new String[] {"a", "b", "a"},
              new float[] {0, 0, 4},
              new float[] {1, 2, 10, 20, 3, -4}),
          batch(new String[] {"a"}, new float[] {2}, new float[] {5, 8}));

  private static Map<String, String> rows(Iterable<Batch> batches) {
    Map<String, String> rows = new LinkedHashMap<>();
    for (Batch batch : batches) {
      float[] vectors = ZooPipeline.floats(batch.column("vector"));
      for (int i = 0; i < batch.rows(); i++) {
        boolean timed = batch.columns().containsKey("start_seconds");
        String time =
            timed
                ? batch.column("start_seconds").values().get(i)
                    + "-"
                    + batch.column("end_seconds").values().get(i)
                : "no time";
        String before =
            rows.put(
                ((Values.Strings) batch.column("file").values()).text(i),
                time
                    + " "
                    + batch.column("windows").values().get(i)
                    + " "
                    + vectors[2 * i]
                    + ","
                    + vectors[2 * i + 1]);
        assertThat(before).isNull();
      }
    }
    return rows;
  }

  private void check(PoolRows pool, List<Batch> batches, Map<String, String> wanted) {
    PAssert.that(pipeline.apply(Create.of(batches).withCoder(new PlainBatchCoder())).apply(pool))
        .satisfies(
            pooled -> {
              assertThat(rows(pooled)).isEqualTo(wanted);
              return null;
            });
    pipeline.run();
  }

  @Test
  void meanOfAllRowsOfAKey() {
    check(
        PoolRows.mean("vector"),
        BATCHES,
        Map.of("a", "0.0-5.0 3 3.0,2.0", "b", "0.0-1.0 1 10.0,20.0"));
  }

  @Test
  void greatestValuesOfAllRowsOfAKey() {
    check(
        PoolRows.max("vector"),
        BATCHES,
        Map.of("a", "0.0-5.0 3 5.0,8.0", "b", "0.0-1.0 1 10.0,20.0"));
  }

  @Test
  void rowsWithoutTimesArePooledWithoutThem() {
    List<Batch> untimed = BATCHES.stream().map(b -> b.only(List.of("file", "vector"))).toList();
    check(
        PoolRows.mean("vector"),
        untimed,
        Map.of("a", "no time 3 3.0,2.0", "b", "no time 1 10.0,20.0"));
  }

  @Test
  void anySplitAndOrderGivesTheSame() {
    Random random = new Random(7);
    for (PoolRows.Pooling pooling : PoolRows.Pooling.values()) {
      List<PooledRow> rows = new ArrayList<>();
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < 50; i++) {
        float value = random.nextInt(1000) / 8f;
        sum += value;
        most = Math.max(most, value);
        rows.add(PooledRow.of(pooling, List.of(1L), new double[] {value}, i, i + 2));
      }
      Collections.shuffle(rows, random);
      double wanted = pooling == PoolRows.Pooling.MEAN ? sum / 50 : most;
      CombineFnTester.testCombineFn(
          new PoolRows.Merge(pooling),
          rows,
          org.hamcrest.CoreMatchers.equalTo(expected(pooling, rows)));
      float[] result = new float[1];
      expected(pooling, rows).result(result, 0);
      assertThat(result[0]).isEqualTo((float) wanted);
    }
  }

  private static PooledRow expected(PoolRows.Pooling pooling, List<PooledRow> rows) {
    PooledRow all = rows.get(0).copy();
    rows.subList(1, rows.size()).forEach(all::merge);
    assertThat(all.rows()).isEqualTo(50);
    assertThat(all.start()).isZero();
    assertThat(all.end()).isEqualTo(51);
    return all;
  }

  @Test
  void rowsTravelAndDifferentShapesAreRefused() throws Exception {
    PooledRow row =
        PooledRow.of(PoolRows.Pooling.MAX, List.of(2L), new double[] {1, 2}, Float.NaN, Float.NaN);
    CoderProperties.coderDecodeEncodeEqual(new PooledRow.RowCoder(PoolRows.Pooling.MAX), row);
    PooledRow other = PooledRow.of(PoolRows.Pooling.MAX, List.of(1L), new double[] {1}, 0, 0);
    assertThatThrownBy(() -> row.merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rows of one key have the shapes [2] and [1]");
  }
}
