// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The places of rows on a map. */
class MapFileTest {

  /** What {@code numpy.save} of {@code float32 [[1, 2], [3, -4]]} writes. */
  private static final String NUMPY =
      "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c"
          + "73652c20277368617065273a2028322c2032292c207d"
          + "20".repeat(58)
          + "0a0000803f0000004000004040000080c0";

  @TempDir Path folder;

  @Test
  void theFileIsThatOfNumpy() throws Exception {
    Path file = folder.resolve("map-00000.npy");
    MapFile.write(file, new float[] {1, 2, 3, -4});
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file))).isEqualTo(NUMPY);
    assertThat(MapFile.read(file)).containsExactly(1, 2, 3, -4);
  }

  @Test
  void otherFilesAreDamaged() throws Exception {
    Path file = folder.resolve("map-00000.npy");
    byte[] whole = HexFormat.of().parseHex(NUMPY);
    for (int length : new int[] {0, 5, 60, whole.length - 1, whole.length - 4}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> MapFile.read(file))
          .isInstanceOf(IndexException.class)
          .hasMessageContaining("is damaged");
    }
  }

  @Test
  void rowsOfAllShardsHaveTheirPlaces() throws Exception {
    List<IndexRow> rows = TestIndex.rows(100, 4, 1);
    TestIndex.write(folder, 3, TestIndex.options(Metric.COSINE, 4), rows);
    float[] xy = new float[198];
    List<RowId> order;
    try (SearchIndex index = SearchIndex.open(folder)) {
      order = index.rows().map(IndexRow::id).toList();
      assertThat(index.coordinates(order.get(0))).isEmpty();
    }
    for (int i = 0; i < 99; i++) {
      xy[2 * i] = i == 7 ? Float.NaN : i;
      xy[2 * i + 1] = -i;
    }
    Path file = folder.resolve("map-00000.npy");
    MapFile.write(file, xy);
    IndexDescription index = IndexFolder.read(folder);
    IndexFolder.stand(
        folder,
        index.withCoordinates(new IndexDescription.Coordinates("pca", Sha256.describe(file))));
    try (SearchIndex mapped = SearchIndex.open(folder)) {
      assertThat(mapped.coordinates(order.get(0)).orElseThrow()).containsExactly(0, 0);
      assertThat(mapped.coordinates(order.get(98)).orElseThrow()).containsExactly(98, -98);
      assertThat(mapped.coordinates(order.get(7))).isEqualTo(Optional.empty());
      assertThat(mapped.coordinates(order.get(99))).isEmpty();
      assertThat(mapped.coordinates(RowId.of("none"))).isEmpty();
    }
  }
}
