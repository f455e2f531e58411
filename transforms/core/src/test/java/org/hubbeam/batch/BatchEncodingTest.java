// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchEncodingTest {

  @Test
  void whatGoesInComesOut() {
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = new AnyBatch(seed).batch(seed);
      byte[] bytes = BatchEncoding.encode(batch);
      assertThat(bytes).hasSize(BatchEncoding.size(batch));
      Batch again = BatchEncoding.decode(bytes);
      assertThat(again).isEqualTo(batch);
      assertThat(List.copyOf(again.columns().keySet()))
          .isEqualTo(List.copyOf(batch.columns().keySet()));
    }
  }

  @Test
  void everyTypeIsKept() {
    Map<String, Array> columns = new LinkedHashMap<>();
    for (DType dtype : RandomBatches.HELD) {
      columns.put(dtype.toString(), Array.Dense.vector(new AnyBatch(1).values(dtype, 5)));
    }
    Batch batch = Batch.of(columns);
    assertThat(BatchEncoding.decode(BatchEncoding.encode(batch))).isEqualTo(batch);
  }

  @Test
  void stringsThatLieInTheMiddleOfABlockAreKept() {
    byte[] block = "..hello world..".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Batch batch =
        Batch.of(
            Map.of("s", Array.Dense.vector(new Values.Strings(block, new int[] {2, 7, 8, 13}))));
    Batch again = BatchEncoding.decode(BatchEncoding.encode(batch));
    assertThat(again.column("s").values()).isEqualTo(Values.of("hello", " ", "world"));
  }

  @Test
  void aBatchWithoutColumnsKeepsItsRows() {
    Batch batch = new Batch(1000, Map.of(), Batch.Origin.unknown(1000));
    assertThat(BatchEncoding.decode(BatchEncoding.encode(batch))).isEqualTo(batch);
  }

  @Test
  void cutBytesAreAnError() {
    byte[] bytes = BatchEncoding.encode(new AnyBatch(7).batch(3));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> BatchEncoding.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> BatchEncoding.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 bytes too many");
  }

  @Test
  void damagedBytesGiveABatchOrAnErrorAndTakeNoMemoryOnTrust() {
    byte[] bytes = BatchEncoding.encode(new AnyBatch(8).batch(3));
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      damaged[at] = (byte) (random.nextBoolean() ? 0x7f : random.nextInt());
      try {
        assertThat(BatchEncoding.decode(damaged).rows()).isNotNegative();
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void anotherVersionIsNamed() {
    byte[] bytes = BatchEncoding.encode(new AnyBatch(7).batch(1));
    bytes[0] = 9;
    assertThatThrownBy(() -> BatchEncoding.decode(bytes))
        .hasMessage("a batch of version 9; this program reads version 1");
  }
}
