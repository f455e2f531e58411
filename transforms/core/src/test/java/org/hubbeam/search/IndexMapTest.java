// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IndexMapTest {

  private static final int GROUPS = 4;

  @TempDir Path folder;

  /** Rows around four centres; the number of the row tells which. */
  private static List<IndexRow> groups(int count) {
    Random random = new Random(3);
    float[][] centres = new float[GROUPS][16];
    for (float[] centre : centres) {
      for (int i = 0; i < centre.length; i++) {
        centre[i] = (float) (6 * random.nextGaussian());
      }
    }
    List<IndexRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[16];
      for (int j = 0; j < 16; j++) {
        vector[j] = centres[i % GROUPS][j] + (float) random.nextGaussian();
      }
      rows.add(new IndexRow(RowId.of(i), vector, Map.of()));
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void groupsLieApartAndDeletedRowsNowhere(Metric metric) throws Exception {
    ShardOptions options =
        new ShardOptions(metric, 16, HnswOptions.DEFAULT, VectorStorage.FLOAT32, List.of());
    TestIndex.write(folder, 3, options, groups(240));
    IndexChange change =
        IndexChange.delete(folder, IndexFolder.read(folder), List.of(RowId.of(5), RowId.of(6)));
    IndexFolder.stand(folder, change.description());
    float[] xy;
    List<Long> order;
    try (SearchIndex index = SearchIndex.open(folder)) {
      order = index.rows().map(row -> ((RowId.Number) row.id()).value()).toList();
      assertThat(order).hasSize(238);
      float[] start = new float[2 * 238];
      for (int i = 0; i < 238; i++) {
        start[2 * i] = order.get(i) % GROUPS;
        start[2 * i + 1] = i;
      }
      xy = IndexMap.umap(index, start, 1);
      assertThat(IndexMap.umap(index, start, 3)).isEqualTo(xy);
      assertThatThrownBy(() -> IndexMap.write(folder, index, "umap", new float[6]))
          .isInstanceOf(RuntimeException.class);
      IndexDescription.Coordinates written = IndexMap.write(folder, index, "umap", xy);
      assertThat(written.file().name()).matches("map-umap-[0-9a-f]{16}\\.npy");
      assertThat(IndexFolder.isPart(written.file().name())).isTrue();
      IndexFolder.stand(folder, index.description().withCoordinates(written));
    }
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.description().coordinates().orElseThrow().method()).isEqualTo("umap");
      assertThat(index.coordinates(RowId.of(5))).isEmpty();
      for (int i = 0; i < 238; i++) {
        assertThat(index.coordinates(RowId.of(order.get(i))).orElseThrow())
            .containsExactly(xy[2 * i], xy[2 * i + 1]);
      }
    }
    int apart = 0;
    for (int i = 0; i < 238; i++) {
      int nearest = -1;
      for (int j = 0; j < 238; j++) {
        boolean closer = nearest < 0 || distance(xy, i, j) < distance(xy, i, nearest);
        nearest = i != j && closer ? j : nearest;
      }
      apart += order.get(i) % GROUPS == order.get(nearest) % GROUPS ? 0 : 1;
    }
    assertThat(apart).isZero();
  }

  private static double distance(float[] xy, int a, int b) {
    return Math.hypot(xy[2 * a] - xy[2 * b], xy[2 * a + 1] - xy[2 * b + 1]);
  }
}
