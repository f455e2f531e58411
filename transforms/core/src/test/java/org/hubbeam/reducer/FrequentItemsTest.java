// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FrequentItemsTest {

  private static final VocabularyInput WEIGHTED =
      new VocabularyInput(DType.STRING, Weighting.WEIGHTED, Labelling.NONE, TokenFilter.LINES);

  @Nested
  class Tokens extends ReducerContract<FrequentItems> {
    @Override
    Reducer<FrequentItems> reducer() {
      return new FrequentTokens(WEIGHTED, 10);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(
          Samples.dense(random, DType.STRING, rows), Samples.dense(random, DType.INT32, rows));
    }
  }

  @Nested
  class MostFrequentText extends ReducerContract<FrequentItems> {
    @Override
    Reducer<FrequentItems> reducer() {
      return new Mode(DType.STRING);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.varlen(random, DType.STRING, rows));
    }
  }

  @Nested
  class MostFrequentNumber extends ReducerContract<FrequentItems> {
    @Override
    Reducer<FrequentItems> reducer() {
      return new Mode(DType.FLOAT32);
    }

    @Override
    List<Array> batch(Random random, int rows) {
      return List.of(Samples.dense(random, DType.FLOAT32, rows));
    }
  }

  @Test
  void countsOfFrequentItemsAreWithinTheSlack() {
    int capacity = 50;
    Random random = new Random(1);
    FrequentItems all = new FrequentItems(capacity);
    Map<Integer, Double> truth = new HashMap<>();
    double total = 0;
    for (int part = 0; part < 20; part++) {
      FrequentItems items = new FrequentItems(capacity);
      for (int i = 0; i < 5000; i++) {
        int item = (int) Math.floor(Math.exp(random.nextDouble() * 8));
        byte[] bytes = Integer.toString(item).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        double weight = 1 + item % 3;
        items.add(bytes, 0, bytes.length, weight);
        truth.merge(item, weight, Double::sum);
        total += weight;
      }
      all.merge(items);
    }
    FrequentItems kept = all.compressed();
    assertThat(kept.keys().size()).isLessThanOrEqualTo(capacity);
    assertThat(kept.slack()).isLessThanOrEqualTo(total / capacity);
    double least = kept.slack();
    truth.forEach(
        (item, weight) -> {
          double found = 0;
          for (int key = 0; key < kept.keys().size(); key++) {
            String text =
                new String(kept.keys().get(key), java.nio.charset.StandardCharsets.US_ASCII);
            found = text.equals(item.toString()) ? kept.count(key) : found;
          }
          assertThat(found).isBetween(weight - least, weight);
        });
  }

  @Test
  void theSmallestOfEquallyFrequentValuesIsTheMode() {
    Mode mode = new Mode(DType.INT64);
    FrequentItems counts = mode.empty();
    mode.add(counts, List.of(Array.Dense.vector(Values.of(7L, -3L, 7L, 256L, -3L))));
    assertThat(mode.finish(counts).get(0).values()).isEqualTo(Values.of(-3L));
    assertThat(mode.finish(counts).get(1).values()).isEqualTo(Values.of(2L));
  }
}
