// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.plan.Domain;
import org.junit.jupiter.api.Test;

/** The features of a row are the same bits whatever rows it is transformed with. */
class SkewTest {

  private static final int ROWS = 100_000;
  private static final int SINGLE = 2_000;

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("x", DType.FLOAT32, Shape.of(-1), Layout.DENSE),
              new ArraySpec("key", DType.STRING, Shape.of(-1), Layout.DENSE),
              new ArraySpec("words", DType.STRING, Shape.of(-1, -1), Layout.RAGGED)));

  private static final PreprocessingFunction FUNCTION =
      in -> {
        Column x = in.get("x");
        Column words = in.get("words");
        return Map.of(
            "z", Scaling.scaleToZScore(x),
            "by_key", Scaling.scaleToZScorePerKey(x, in.get("key")),
            "bucket", Buckets.bucketize(x, 7),
            "ids",
                Vocabularies.computeAndApplyVocabulary(
                    words, VocabularyOptions.DEFAULT.withTopK(50), new Domain.Unknown.Buckets(5)),
            "hash", Texts.hashStrings(words, 100));
      };

  private static Batch rows() {
    Random random = new Random(7);
    float[] x = new float[ROWS];
    List<byte[]> keys = new ArrayList<>();
    List<byte[]> words = new ArrayList<>();
    int[] splits = new int[ROWS + 1];
    for (int i = 0; i < ROWS; i++) {
      x[i] = (float) Math.exp(random.nextGaussian() * 3);
      keys.add(("key " + random.nextInt(9)).getBytes(UTF_8));
      for (int word = random.nextInt(4); word > 0; word--) {
        double rank = Math.abs(random.nextGaussian() * 40);
        words.add(("w" + (int) rank).getBytes(UTF_8));
      }
      splits[i + 1] = words.size();
    }
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("x", Array.Dense.vector(Values.of(x)));
    columns.put("key", Array.Dense.vector(Values.ofBytes(keys)));
    columns.put("words", Array.Ragged.of(Values.ofBytes(words), splits));
    return Batch.of(columns);
  }

  @Test
  void aRowsFeaturesDoNotDependOnTheRowsBesideIt() {
    Batch rows = rows();
    try (LocalRun run = Preprocessor.of(SCHEMA, FUNCTION).applyLocally(List.of(rows))) {
      Batch whole = run.transform(rows);
      for (int size : new int[] {997, 10_000}) {
        List<Batch> parts = new ArrayList<>();
        for (int from = 0; from < ROWS; from += size) {
          parts.add(run.transform(rows.slice(from, Math.min(ROWS, from + size))));
        }
        assertThat(Batch.concat(parts).columns())
            .as("batches of %s", size)
            .isEqualTo(whole.columns());
      }
      List<Batch> single = new ArrayList<>();
      for (int row = 0; row < SINGLE; row++) {
        single.add(run.transform(rows.slice(row, row + 1)));
      }
      assertThat(Batch.concat(single).columns()).isEqualTo(whole.slice(0, SINGLE).columns());
    }
  }
}
