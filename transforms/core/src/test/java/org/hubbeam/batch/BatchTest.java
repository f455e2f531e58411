// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  void aSliceIsTheSelectionOfItsRows() {
    Batch batch = new AnyBatch(1).batch(20);
    for (int from = 0; from <= 20; from += 3) {
      for (int to = from; to <= 20; to += 4) {
        int start = from;
        int[] rows = new int[to - from];
        Arrays.setAll(rows, i -> start + i);
        assertThat(batch.slice(from, to)).isEqualTo(batch.select(rows));
      }
    }
  }

  @Test
  void piecesLaidEndToEndAreTheBatch() {
    Random random = new Random(2);
    for (int round = 0; round < 30; round++) {
      Batch batch = new AnyBatch(round).batch(random.nextInt(40));
      List<Batch> pieces = new ArrayList<>();
      int from = 0;
      while (from < batch.rows()) {
        int to = from + random.nextInt(batch.rows() - from + 1);
        pieces.add(batch.slice(from, to));
        from = to;
      }
      pieces.add(batch.slice(from, from));
      assertThat(Batch.concat(pieces)).isEqualTo(batch);
    }
  }

  @Test
  void rowsCanBeTakenTwiceAndInAnyOrder() {
    Batch batch = new AnyBatch(3).batch(6);
    Batch chosen = batch.select(new int[] {5, 0, 0, 3});
    int[] rows = {5, 0, 0, 3};
    for (int i = 0; i < rows.length; i++) {
      Batch one = chosen.slice(i, i + 1);
      assertThat(one).isEqualTo(batch.slice(rows[i], rows[i] + 1));
    }
  }

  @Test
  void batchesOfOtherSourcesAreNumberedAnew() {
    Batch a = text("one", "a", 7);
    Batch b = text("two", "b", 9);
    assertThat(Batch.concat(List.of(a, text("one", "c", 8))).origin().id(1)).isEqualTo("one@8");
    Batch both = Batch.concat(List.of(a, b));
    assertThat(both.origin()).isEqualTo(Batch.Origin.unknown(2));
  }

  @Test
  void whatDoesNotFitIsNotLaidEndToEnd() {
    Batch text = text("", "a", 0);
    Batch number = Batch.of(Map.of("text", Array.Dense.vector(Values.of(1f))));
    Batch other = Batch.of(Map.of("words", Array.Dense.vector(Values.of("a"))));
    Batch list = Batch.of(Map.of("text", Array.Ragged.of(Values.of("a"), new int[] {0, 1})));
    for (Batch wrong : List.of(number, other, list)) {
      assertThatThrownBy(() -> Batch.concat(List.of(text, wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("text");
    }
    assertThatThrownBy(() -> Batch.concat(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listsOfOneAreSqueezed() {
    Array lists = Array.Ragged.of(Values.of("a", "b"), new int[] {0, 1, 2});
    assertThat(lists.squeezed()).isEqualTo(Array.Dense.vector(Values.of("a", "b")));
    Array uneven = Array.Ragged.of(Values.of("a", "b"), new int[] {0, 0, 2});
    assertThat(uneven.squeezed()).isSameAs(uneven);
    Array pairs = new Array.Ragged(Values.of(1f, 2f), List.of(new int[] {0, 1}), List.of(2L));
    assertThat(pairs.squeezed()).isSameAs(pairs);
  }

  private static Batch text(String source, String text, long record) {
    Map<String, Array> columns = Map.of("text", Array.Dense.vector(Values.of(text)));
    return new Batch(1, columns, new Batch.Origin(source, new long[] {record}));
  }
}
