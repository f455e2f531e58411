// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Batches of random columns of every kind; the same for the same seed. */
final class AnyBatch {

  private final Random random;

  AnyBatch(long seed) {
    random = new Random(seed);
  }

  /** A batch with a column of every layout over a few types. */
  Batch batch(int rows) {
    Map<String, Array> columns = new LinkedHashMap<>();
    columns.put("text", Array.Dense.vector(values(DType.STRING, rows)));
    columns.put(
        "vector", new Array.Dense(List.of((long) rows, 8L), values(DType.FLOAT32, rows * 8)));
    columns.put(
        "cube", new Array.Dense(List.of((long) rows, 2L, 3L), values(DType.INT64, rows * 6)));
    columns.put("nothing", new Array.Dense(List.of((long) rows, 0L), values(DType.INT64, 0)));
    columns.put("words", ragged(DType.STRING, rows, 1, List.of()));
    columns.put("weights", ragged(DType.FLOAT32, rows, 1, List.of()));
    columns.put("ids", ragged(DType.INT64, rows, 1, List.of()));
    columns.put("pairs", ragged(DType.FLOAT32, rows, 1, List.of(2L)));
    columns.put("sentences", ragged(DType.STRING, rows, 2, List.of()));
    columns.put("paths", ragged(DType.INT64, rows, 3, List.of(2L)));
    columns.put("bag", sparse(DType.FLOAT32, rows));
    long[] records = LongStream.range(0, rows).map(i -> i * 17 + 3).toArray();
    return new Batch(rows, columns, new Batch.Origin("some file", records));
  }

  /** Values of any type: small and large, of any sign, strings of any bytes. */
  Values values(DType dtype, int count) {
    if (dtype == DType.STRING) {
      List<byte[]> strings = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(200)];
        random.nextBytes(bytes);
        strings.add(bytes);
      }
      return Values.ofBytes(strings);
    }
    if (dtype == DType.INT64) {
      return Values.of(
          LongStream.range(0, count).map(i -> random.nextLong() >> random.nextInt(64)).toArray());
    }
    byte[] bytes = new byte[count * dtype.bytes()];
    random.nextBytes(bytes);
    if (dtype == DType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    return new Values.Numbers(dtype, bytes);
  }

  private Array.Ragged ragged(DType dtype, int rows, int levels, List<Long> inner) {
    List<int[]> splits = new ArrayList<>();
    int count = rows;
    for (int level = 0; level < levels; level++) {
      int[] cut = new int[count + 1];
      for (int i = 0; i < count; i++) {
        cut[i + 1] = cut[i] + (random.nextInt(3) == 0 ? 0 : random.nextInt(4));
      }
      splits.add(cut);
      count = cut[count];
    }
    int width = inner.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    return new Array.Ragged(values(dtype, count * width), splits, inner);
  }

  private Array.Sparse sparse(DType dtype, int rows) {
    List<long[]> indices = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 5; b++) {
          if (random.nextInt(6) == 0) {
            indices.add(new long[] {row, a, b});
          }
        }
      }
    }
    long[] flat = indices.stream().flatMapToLong(Arrays::stream).toArray();
    return new Array.Sparse(List.of((long) rows, 3L, 5L), flat, values(dtype, indices.size()));
  }
}
