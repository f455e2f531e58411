// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchBuilderTest {

  @Test
  void rowsBecomeColumns() {
    BatchBuilder builder = new BatchBuilder("file");
    ColumnBuilder text = builder.dense("text", DType.STRING);
    ColumnBuilder vector = builder.dense("vector", DType.FLOAT32, 2);
    ColumnBuilder ids = builder.ragged("ids", DType.INT64);
    for (int i = 0; i < 100; i++) {
      text.addText("row " + i);
      vector.addFloats(i, -i);
      for (int j = 0; j < i % 3; j++) {
        ids.addLong(i);
      }
      builder.endRow(i * 10L);
    }
    Batch batch = builder.build();
    assertThat(batch.rows()).isEqualTo(100);
    assertThat(((Values.Strings) batch.column("text").values()).text(99)).isEqualTo("row 99");
    assertThat(batch.column("vector").dims()).isEqualTo(List.of(100L, 2L));
    assertThat(((Values.Numbers) batch.column("vector").values()).getFloat(199)).isEqualTo(-99);
    assertThat(((Array.Ragged) batch.column("ids")).rowSplits().get(0)).startsWith(0, 0, 1, 3, 3);
    assertThat(batch.origin().id(7)).isEqualTo("file@70");
    assertThat(builder.build().rows()).isZero();
  }

  @Test
  void theRowThatIsBeingBuiltGoesToTheNextBatch() {
    BatchBuilder builder = new BatchBuilder("");
    ColumnBuilder text = builder.dense("text", DType.STRING);
    ColumnBuilder lists = builder.nested("lists", DType.STRING);
    for (String word : List.of("a", "b", "c")) {
      text.addText(word);
      lists.addText(word);
      lists.endList();
      lists.endList();
      if (word.equals("c")) {
        Batch first = builder.build();
        assertThat(first.column("text").values()).isEqualTo(Values.of("a", "b"));
        assertThat(first.column("lists").values()).isEqualTo(Values.of("a", "b"));
      }
      builder.endRow(0);
    }
    Batch second = builder.build();
    assertThat(second.column("text").values()).isEqualTo(Values.of("c"));
    assertThat(((Array.Ragged) second.column("lists")).rowSplits())
        .containsExactly(new int[] {0, 2}, new int[] {0, 1, 1});
  }

  @Test
  void aDroppedRowLeavesNothing() {
    BatchBuilder builder = new BatchBuilder("");
    ColumnBuilder text = builder.dense("text", DType.STRING);
    ColumnBuilder lists = builder.nested("lists", DType.INT64);
    text.addText("bad");
    lists.addLong(1);
    lists.endList();
    builder.dropRow();
    text.addText("good");
    builder.endRow(4);
    Batch batch = builder.build();
    assertThat(batch.column("text")).isEqualTo(Array.Dense.vector(Values.of("good")));
    assertThat(batch.column("lists").values().size()).isZero();
  }

  @Test
  void aLateColumnIsEmptyBefore() {
    BatchBuilder builder = new BatchBuilder("");
    for (int i = 0; i < 40; i++) {
      builder.endRow(i);
    }
    ColumnBuilder late = builder.ragged("late", DType.INT64);
    late.addLong(5);
    builder.endRow(40);
    int[] splits = ((Array.Ragged) builder.build().column("late")).rowSplits().get(0);
    assertThat(splits).hasSize(42);
    assertThat(splits[40]).isZero();
    assertThat(splits[41]).isEqualTo(1);
  }

  @Test
  void aDenseRowHasItsNumberOfValues() {
    BatchBuilder builder = new BatchBuilder("");
    ColumnBuilder vector = builder.dense("vector", DType.FLOAT32, 3);
    vector.addFloats(1, 2);
    assertThatThrownBy(() -> builder.endRow(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'vector' takes 3 values a row, not 2");
    vector.addFloat(3);
    builder.endRow(0);
    assertThat(builder.build().columns())
        .isEqualTo(Map.of("vector", new Array.Dense(List.of(1L, 3L), Values.of(1f, 2f, 3f))));
  }
}
