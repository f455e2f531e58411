// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayRowsTest {

  private static final Array.Dense MATRIX =
      new Array.Dense(List.of(5L, 2L), Values.of(0f, 1f, 2f, 3f, 4f, 5f, 6.5f, -7e-9f, 8f, 9f));

  @Test
  void batchesHaveAllRowsInOrder() {
    for (int most = 1; most <= 6; most++) {
      List<Batch> batches = new ArrayRows("embeddings", MATRIX).batches(most).toList();
      assertThat(batches).hasSize((5 + most - 1) / most);
      Batch all = Batch.concat(batches);
      assertThat(all.column("embeddings")).isEqualTo(MATRIX);
      assertThat(all.column("row")).isEqualTo(Array.Dense.vector(Values.of(0L, 1L, 2L, 3L, 4L)));
      assertThat(all.origin().id(4)).isEqualTo("embeddings@4");
    }
    assertThat(new ArrayRows("none", MATRIX.slice(0, 0)).batches(3)).isEmpty();
  }

  @Test
  void linesAreWhatTheProjectorReads() throws IOException {
    assertThat(tsv(MATRIX.slice(2, 4))).isEqualTo("4.0\t5.0\n6.5\t-7.0E-9\n");
    assertThat(tsv(new Array.Dense(List.of(2L), Values.of(3L, -4L)))).isEqualTo("3\n-4\n");
    assertThat(tsv(Array.Dense.vector(Values.of("a\tb\n", "\\é")))).isEqualTo("a\\tb\\n\n\\\\é\n");
    assertThat(tsv(Array.Ragged.of(Values.of(1f, 2f), new int[] {0, 0, 2})))
        .isEqualTo("\n1.0\t2.0\n");
  }

  @Test
  void aScalarHasNoRows() {
    assertThatThrownBy(() -> new ArrayRows("step", Array.Dense.scalar(Values.of(1L))))
        .hasMessageContaining("'step'")
        .hasMessageContaining("scalar");
  }

  private static String tsv(Array array) throws IOException {
    StringBuilder out = new StringBuilder();
    new ArrayRows("x", array).writeTsv(out);
    return out.toString();
  }
}
