// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException;
import org.junit.jupiter.api.Test;

class CountedRowsTest {

  private static final Array.Dense SCORES =
      new Array.Dense(List.of(3L, 2L), Values.of(.9f, .8f, 0f, 0f, .7f, 0f));
  private static final Array.Dense BOXES =
      new Array.Dense(List.of(3L, 2L, 2L), Values.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));

  @Test
  void onlyWhatCountsIsKept() {
    Batch cut = CountedRows.cut(batch(Values.of(2f, 0f, 1f)), "n", List.of("scores", "boxes"));
    assertThat(cut.column("scores"))
        .isEqualTo(Array.Ragged.of(Values.of(.9f, .8f, .7f), new int[] {0, 2, 2, 3}));
    assertThat(cut.column("boxes"))
        .isEqualTo(
            new Array.Ragged(
                Values.of(1, 2, 3, 4, 9, 10), List.of(new int[] {0, 2, 2, 3}), List.of(2L)));
    assertThat(cut.columns().keySet()).containsExactly("n", "scores", "boxes");
  }

  @Test
  void integersCountToo() {
    Batch cut = CountedRows.cut(batch(Values.of(0L, 0L, 0L)), "n", List.of("scores"));
    assertThat(cut.column("scores"))
        .isEqualTo(Array.Ragged.of(Values.of(new float[0]), new int[] {0, 0, 0, 0}));
    assertThat(cut.column("boxes")).isEqualTo(BOXES);
  }

  @Test
  void listsAreCutInside() {
    Array.Ragged words =
        new Array.Ragged(
            Values.of("a", "b", "c", "d"),
            List.of(new int[] {0, 2, 2, 3}, new int[] {0, 1, 3, 4}),
            List.of());
    Batch cut = CountedRows.cut(with("words", words, Values.of(1, 0, 1)), "n", List.of("words"));
    assertThat(cut.column("words"))
        .isEqualTo(
            new Array.Ragged(
                Values.of("a", "d"),
                List.of(new int[] {0, 1, 1, 2}, new int[] {0, 1, 2}),
                List.of()));
  }

  @Test
  void whatIsNoCountIsRefused() {
    Map.of(
            Values.of(3f, 0f, 0f),
            "'n' is 3, but 'scores' has 2 entries",
            Values.of(0f, -1f, 0f),
            "'n' is -1.0, expected a number of entries",
            Values.of(0f, 0f, 0.5f),
            "'n' is 0.5, expected a number of entries",
            Values.of(0f, Float.NaN, 0f),
            "'n' is NaN, expected a number of entries")
        .forEach(
            (counts, message) ->
                assertThatThrownBy(() -> CountedRows.cut(batch(counts), "n", List.of("scores")))
                    .isInstanceOf(ModuleException.class)
                    .hasMessageContaining(message));
  }

  private static Batch batch(Values counts) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("n", Array.Dense.vector(counts));
    columns.put("scores", SCORES);
    columns.put("boxes", BOXES);
    return Batch.of(columns);
  }

  private static Batch with(String name, Array column, Values counts) {
    return batch(counts).with(name, column);
  }
}
