// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches cut, picked from, laid end to end and moved. */
class BatchesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One row as JSON, told by a walk of its own through the splits. */
  private static List<Object> row(Array array, int row) {
    List<Object> out = new ArrayList<>();
    if (array instanceof Array.Dense dense) {
      int size = dense.rows() == 0 ? 0 : dense.values().size() / dense.rows();
      out.addAll(values(dense.values(), row * size, (row + 1) * size));
    } else if (array instanceof Array.Ragged ragged) {
      out.addAll(lists(ragged, 0, row));
    } else if (array instanceof Array.Sparse sparse) {
      int rank = sparse.dims().size();
      for (int i = 0; i < sparse.values().size(); i++) {
        if (sparse.indices()[i * rank] == row) {
          long[] place = Arrays.copyOfRange(sparse.indices(), i * rank + 1, (i + 1) * rank);
          out.add(Arrays.toString(place));
          out.addAll(values(sparse.values(), i, i + 1));
        }
      }
    }
    return out;
  }

  private static List<Object> lists(Array.Ragged ragged, int level, int number) {
    int[] splits = ragged.rowSplits().get(level);
    int from = splits[number];
    int to = splits[number + 1];
    if (level + 1 == ragged.rowSplits().size()) {
      return values(ragged.values(), from * ragged.innerSize(), to * ragged.innerSize());
    }
    List<Object> lists = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lists.add(lists(ragged, level + 1, i));
    }
    return lists;
  }

  private static List<Object> values(Values values, int from, int to) {
    List<Object> out = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Object value = values.get(i);
      out.add(value instanceof byte[] b ? Arrays.toString(b) : value);
    }
    return out;
  }

  private static List<String> rows(Batch batch) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      StringBuilder text = new StringBuilder();
      for (Map.Entry<String, Array> column : batch.columns().entrySet()) {
        text.append(column.getKey()).append(row(column.getValue(), row));
      }
      rows.add(text.toString());
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void piecesLaidEndToEndAreTheWhole(long seed) {
    Batch batch = new RandomBatches(seed).next(12);
    Random random = new Random(seed);
    int one = random.nextInt(batch.rows() + 1);
    int two = one + random.nextInt(batch.rows() - one + 1);
    List<Batch> pieces =
        List.of(batch.slice(0, one), batch.slice(one, two), batch.slice(two, batch.rows()));
    Batch whole = Batch.concat(pieces);
    assertThat(whole.columns()).isEqualTo(batch.columns());
    assertThat(rows(whole)).isEqualTo(rows(batch));
    if (!batch.origin().source().isEmpty()) {
      assertThat(whole).isEqualTo(batch);
    }
  }

  @Test
  void batchesOfOtherColumnsAreNotLaidEndToEnd() {
    Batch longs = Batch.of(Map.of("x", Array.Dense.vector(Values.of(1L))));
    Batch floats = Batch.of(Map.of("x", Array.Dense.vector(Values.of(1f))));
    Batch other = Batch.of(Map.of("y", Array.Dense.vector(Values.of(1L))));
    assertThatThrownBy(() -> Batch.concat(List.of(longs, floats)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x: int64 [1]")
        .hasMessageContaining("x: float32 [1]");
    assertThatThrownBy(() -> Batch.concat(List.of(longs, other)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Batch.concat(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void blockOfBytesAndBack(long seed) {
    Batch batch = new RandomBatches(seed).next(10);
    byte[] bytes = BatchEncoding.encode(batch);
    assertThat(bytes).hasSize(BatchEncoding.size(batch));
    Batch back = BatchEncoding.decode(bytes);
    assertThat(back).isEqualTo(batch).hasSameHashCodeAs(batch);
    assertThat(BatchEncoding.encode(back)).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> BatchEncoding.decode(cut))
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> BatchEncoding.decode(more)).hasMessageContaining("1 bytes too many");
  }

  @Test
  void damagedBlocksAreBatchesOrRefusedAndNothingElse() {
    byte[] bytes = BatchEncoding.encode(new RandomBatches(9).next(4));
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] damaged = bytes.clone();
      damaged[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : -1);
      try {
        Batch batch = BatchEncoding.decode(damaged);
        BatchEncoding.encode(batch);
        batch.slice(0, batch.rows());
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 49_999);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void jsonAndBack(long seed) throws Exception {
    Map<String, Array> arrays = new RandomBatches(seed).next(6).columns();
    JsonNode json = JSON.readTree(JSON.writeValueAsString(ArrayJson.encode(arrays)));
    assertThat(ArrayJson.decode(json)).isEqualTo(arrays);
  }

  @Test
  void jsonOfWhatNumbersCannotSay() throws Exception {
    Map<String, Array> arrays =
        Map.of(
            "f", Array.Dense.vector(Values.of(Float.NaN, Float.NEGATIVE_INFINITY, -0f)),
            "u",
                Array.Dense.vector(
                    new Values.Numbers(DType.UINT64, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1})),
            "s", Array.Dense.vector(Values.ofBytes(List.of(new byte[] {-1}, new byte[0]))));
    String text = JSON.writeValueAsString(ArrayJson.encode(arrays));
    assertThat(text)
        .contains(
            "[\"NaN\",\"-Infinity\",-0.0]",
            "[18446744073709551615]",
            "[{\"base64\":\"/w==\"},\"\"]");
    assertThat(ArrayJson.decode(JSON.readTree(text))).isEqualTo(arrays);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"dtype\": \"int64\", \"shape\": [1], \"values\": [\"one\"]}",
        "{\"dtype\": \"int64\", \"shape\": [1], \"values\": [1.5]}",
        "{\"dtype\": \"int64\", \"shape\": [1], \"values\": [null]}",
        "{\"dtype\": \"int8\", \"shape\": [1], \"values\": [128]}",
        "{\"dtype\": \"uint8\", \"shape\": [1], \"values\": [-1]}",
        "{\"dtype\": \"uint64\", \"shape\": [1], \"values\": [18446744073709551616]}",
        "{\"dtype\": \"bool\", \"shape\": [1], \"values\": [\"yes\"]}",
        "{\"dtype\": \"float32\", \"shape\": [1], \"values\": [\"x\"]}",
        "{\"dtype\": \"string\", \"shape\": [1], \"values\": [5]}",
        "{\"dtype\": \"string\", \"shape\": [1], \"values\": [{}]}",
        "{\"dtype\": \"string\", \"shape\": [0], \"values\": \"abc\"}",
        "{\"dtype\": \"int64\", \"shape\": [2], \"values\": [1]}",
        "{\"dtype\": \"int64\", \"shape\": [\"a\"], \"values\": []}",
        "{\"dtype\": \"int64\", \"shape\": [1, null], \"row_splits\": [[0, \"a\"]], \"values\": []}",
        "{\"dtype\": \"int64\", \"shape\": [5, null], \"row_splits\": [[0, 1]], \"values\": [1]}",
        "{\"dtype\": \"int64\", \"shape\": [5], \"indices\": [[\"a\"]], \"values\": [1]}",
        "{\"dtype\": \"int65\", \"shape\": [1], \"values\": [1]}",
        "{\"shape\": [1], \"values\": [1]}"
      })
  void jsonThatIsNoArrayIsRefusedByName(String json) {
    assertThatThrownBy(() -> ArrayJson.decode(JSON.readTree("{\"bad\": " + json + "}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("array 'bad': ");
  }

  @Test
  void halvesAreTheNearestOnes() {
    float[] halves = new float[0x7c00];
    for (int i = 0; i < halves.length; i++) {
      int exponent = i >> 10;
      double fraction = i & 0x3ff;
      halves[i] =
          (float)
              (exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : (1 + fraction / 1024) * Math.pow(2, exponent - 15));
      assertThat(Halves.toFloat((short) i)).isEqualTo(halves[i]);
      assertThat(Halves.toFloat((short) (i | 0x8000))).isEqualTo(-halves[i]);
      assertThat(Halves.fromFloat(halves[i])).isEqualTo((short) i);
      assertThat(Halves.fromFloat(-halves[i])).isEqualTo((short) (i | 0x8000));
    }
    for (int i = 0; i + 1 < halves.length; i++) {
      float middle = (halves[i] + halves[i + 1]) / 2;
      assertThat(Halves.fromFloat(middle)).isEqualTo((short) (i % 2 == 0 ? i : i + 1));
      assertThat(Halves.fromFloat(Math.nextDown(middle))).isEqualTo((short) i);
      assertThat(Halves.fromFloat(Math.nextUp(middle))).isEqualTo((short) (i + 1));
    }
    assertThat(Halves.fromFloat(65519.99f)).isEqualTo((short) 0x7bff);
    assertThat(Halves.fromFloat(65520f)).isEqualTo((short) 0x7c00);
    assertThat(Halves.fromFloat(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
    assertThat(Halves.toFloat(Halves.fromFloat(Float.NaN))).isNaN();
  }

  @Test
  void bfloatsAreTheNearestOnes() {
    for (int high = 0; high < 0x7f7f; high += 13) {
      float one = Float.intBitsToFloat(high << 16);
      float middle = Float.intBitsToFloat(high << 16 | 0x8000);
      assertThat(Halves.bfloatFromFloat(one)).isEqualTo((short) high);
      assertThat(Halves.bfloatFromFloat(middle)).isEqualTo((short) (high + high % 2));
      assertThat(Halves.bfloatFromFloat(Math.nextUp(middle))).isEqualTo((short) (high + 1));
    }
    assertThat(Halves.bfloatFromFloat(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
    assertThat(Halves.bfloatFromFloat(Float.intBitsToFloat(0x7f800001))).isEqualTo((short) 0x7fc0);
  }

  @Test
  void selectedRowsAreThoseOfTheirNumbers() {
    for (long seed = 20; seed < 30; seed++) {
      Batch batch = new RandomBatches(seed).next(12);
      int count = batch.rows() == 0 ? 0 : 15;
      int[] chosen = new Random(seed).ints(count, 0, Math.max(1, batch.rows())).toArray();
      List<String> all = rows(batch);
      Batch selected = batch.select(chosen);
      assertThat(rows(selected)).isEqualTo(IntStream.of(chosen).mapToObj(all::get).toList());
      assertThat(selected.origin().records())
          .isEqualTo(IntStream.of(chosen).mapToLong(r -> batch.origin().records()[r]).toArray());
    }
  }
}
