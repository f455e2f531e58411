// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.preprocessing.Analyzers.Over;
import org.hubbeam.preprocessing.Imputation.Strategy;
import org.junit.jupiter.api.Test;

/** Batches without rows, and rows without values, go through every mapper. */
class EmptyBatchTest {

  private static final String[] NO_TEXT = {};

  private static Map<String, Array> rows(int rows) {
    return Map.of(
        "x", Local.floats(new float[rows]),
        "v", new Array.Dense(List.of((long) rows, 2L), Values.of(new float[2 * rows])),
        "key", new Array.Dense(List.of((long) rows), texts(rows)),
        "list", Array.Ragged.of(Values.of(new float[0]), new int[rows + 1]),
        "words", Array.Ragged.of(Values.of(NO_TEXT), new int[rows + 1]),
        "ids", Array.Ragged.of(Values.of(new long[0]), new int[rows + 1]));
  }

  private static Values texts(int rows) {
    String[] texts = new String[rows];
    java.util.Arrays.fill(texts, "");
    return Values.of(texts);
  }

  private static Map<String, Column> numbers(Columns in) {
    Column x = in.get("x");
    Column list = in.get("list");
    Column key = in.get("key");
    Map<String, Column> out = new HashMap<>();
    out.put("z", Scaling.scaleToZScore(x));
    out.put("list_z", Scaling.scaleToZScore(list, Over.CELLS));
    out.put("cells", Scaling.scaleTo01(in.get("v"), Over.CELLS));
    out.put("gaussian", Scaling.scaleToGaussian(list));
    out.put("per_key", Scaling.scaleTo01PerKey(list, key));
    out.put("per_file", Scaling.scaleToZScorePerKey(x, key, KeyStorage.file("keys")));
    out.put("buckets", Buckets.bucketize(list, 3));
    out.put("bucket_cells", Buckets.bucketize(in.get("v"), Bucketing.into(3).withOver(Over.CELLS)));
    out.put("key_buckets", Buckets.bucketizePerKey(x, key, 2));
    out.put("between", Buckets.applyBucketsWithInterpolation(x, List.of(1f, 2f)));
    out.put("density", Buckets.estimatedProbabilityDensity(x, Bins.evenly(3)));
    out.put("imputed", Imputation.impute(list, Strategy.MEDIAN));
    return out;
  }

  private static Map<String, Column> texts(Columns in) {
    Column words = in.get("words");
    Column ids = in.get("ids");
    Map<String, Column> out = new HashMap<>();
    out.put("ngrams", Texts.ngrams(words, new NgramRange(1, 2), " "));
    out.put("bag", Texts.bagOfWords(words, new NgramRange(2, 2), " "));
    out.put("count", Texts.wordCount(words));
    out.put("hash", Texts.hashStrings(words, 7));
    out.put("weights", Texts.tfidf(ids, 5).get(1));
    out.put("frequency", Texts.documentFrequency(ids, 5));
    out.put("hot", Encodings.multiHot(ids, 3));
    out.put("mode", Imputation.impute(words, Strategy.MODE));
    return out;
  }

  @Test
  void everyMapperKeepsTheNumberOfRows() {
    for (int analysed : new int[] {0, 2}) {
      try (LocalRun run =
          Local.over(rows(analysed))
              .run(
                  in -> {
                    Map<String, Column> out = new HashMap<>(numbers(in));
                    out.putAll(texts(in));
                    return out;
                  })) {
        for (int served : new int[] {0, 3}) {
          Batch out = run.transform(Batch.of(rows(served)));
          assertThat(out.columns().values())
              .allSatisfy(c -> assertThat(c.rows()).isEqualTo(served));
        }
      }
    }
  }
}
