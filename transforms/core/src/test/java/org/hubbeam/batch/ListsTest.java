// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists are the same lists whether they are ragged or sparse. */
class ListsTest {

  private static final Array.Ragged RAGGED =
      Array.Ragged.of(Values.of(7L, 8L, 9L), new int[] {0, 0, 2, 2, 3, 3});
  private static final Array.Sparse SPARSE =
      new Array.Sparse(List.of(5L, 2L), new long[] {1, 0, 1, 1, 3, 0}, Values.of(7L, 8L, 9L));

  @Test
  void listsAreTheFirstValuesOfSparseRows() {
    assertThat(RAGGED.toSparse()).isEqualTo(SPARSE);
    assertThat(SPARSE.toRagged()).isEqualTo(RAGGED);
    Array.Ragged none = RAGGED.slice(0, 0);
    assertThat(none.toSparse().dims()).isEqualTo(List.of(0L, 0L));
    assertThat(none.toSparse().toRagged()).isEqualTo(none);
  }

  @Test
  void aSparseArrayWithGapsIsNoLists() {
    for (long[] indices :
        List.of(new long[] {1, 1}, new long[] {1, 0, 1, 2}, new long[] {3, 0, 1, 0})) {
      Values values = RAGGED.values().slice(0, indices.length / 2);
      assertThatThrownBy(() -> new Array.Sparse(List.of(5L, 4L), indices, values).toRagged())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("row 1")
          .hasMessageContaining("left-aligned");
    }
  }

  @Test
  void onlyPlainListsHaveBothForms() {
    Array.Ragged pairs =
        new Array.Ragged(Values.of(1L, 2L), List.of(new int[] {0, 1}), List.of(2L));
    assertThatThrownBy(pairs::toSparse).hasMessageContaining("[1, ?, 2]");
    Array.Sparse cube = new Array.Sparse(List.of(1L, 1L, 1L), new long[3], Values.of(1L));
    assertThatThrownBy(cube::toRagged).hasMessageContaining("[1, 1, 1]");
  }
}
