// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NoiseColumnsTest {

  private static final NoiseColumns COLUMNS =
      NoiseColumns.seededBy(7)
          .withTruncatedNormal("z", Shape.of(4, 3))
          .withNormal("n", Shape.of(10))
          .withOneHot("y", 5, List.of())
          .withSeeds("seed");

  @Test
  void aRowIsTheSameInEveryBatch() {
    Batch all = COLUMNS.rows(LongStream.range(0, 20).toArray());
    assertThat(COLUMNS.rows(new long[] {17, 3}).columns())
        .isEqualTo(all.select(new int[] {17, 3}).columns());
    assertThat(all.columns().keySet()).containsExactly("z", "n", "y", "seed");
    assertThat(all.column("z").dims()).isEqualTo(List.of(20L, 4L, 3L));
    assertThat(all.column("seed").spec("s").dtype()).isEqualTo(DType.INT32);
    assertThat(all.origin().records()).contains(19);
  }

  @Test
  void rowsColumnsAndSeedsDiffer() {
    Set<Float> values = new HashSet<>();
    long[] rows = LongStream.range(0, 500).toArray();
    for (long seed : new long[] {0, 1, -1}) {
      NoiseColumns two =
          NoiseColumns.seededBy(seed).withNormal("a", Shape.of(2)).withNormal("b", Shape.of(2));
      for (String column : List.of("a", "b")) {
        for (float value : floats(two.rows(rows), column)) {
          values.add(value);
        }
      }
    }
    assertThat(values).hasSizeGreaterThan(5990);
  }

  @Test
  void valuesAreDistributedAsTheyShould() {
    Batch batch = COLUMNS.rows(LongStream.range(0, 20_000).toArray());
    float[] normal = floats(batch, "n");
    assertThat(mean(normal)).isCloseTo(0, within(0.01));
    assertThat(variance(normal)).isCloseTo(1, within(0.02));
    float[] truncated = floats(batch, "z");
    assertThat(mean(truncated)).isCloseTo(0, within(0.01));
    // The variance of a normal distribution cut at 2 standard deviations.
    assertThat(variance(truncated)).isCloseTo(0.7737, within(0.01));
    for (float value : truncated) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo(2);
    }
    float[] classes = floats(batch, "y");
    int[] counts = new int[5];
    for (int i = 0; i < classes.length; i++) {
      counts[i % 5] += (int) classes[i];
    }
    assertThat(Arrays.stream(counts).sum()).isEqualTo(20_000);
    for (int count : counts) {
      assertThat(count).isBetween(3_800, 4_200);
    }
  }

  @Test
  void chosenClassesComeInTurn() {
    Batch batch =
        NoiseColumns.seededBy(1).withOneHot("y", 3, List.of(2, 0)).rows(new long[] {0, 1, 2, 5});
    assertThat(floats(batch, "y")).containsExactly(0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0);
    assertThatThrownBy(() -> COLUMNS.withOneHot("y", 3, List.of(3)))
        .hasMessageContaining("0 to 2, not 3");
    assertThatThrownBy(() -> COLUMNS.withNormal("z", Shape.of(-1)))
        .hasMessageContaining("whole shape");
  }

  private static float[] floats(Batch batch, String column) {
    return ((Values.Numbers) batch.column(column).values()).toFloats();
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(float[] values) {
    double mean = mean(values);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / values.length;
  }
}
