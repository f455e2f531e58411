// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Batches of every type and layout, from a seed. */
public final class RandomBatches {

  /** The types whose values arrays hold. */
  public static final List<DType> HELD =
      Stream.of(DType.values()).filter(dtype -> !dtype.isOpaque()).toList();

  private final Random random;

  /** Two with the same seed give the same batches. */
  public RandomBatches(long seed) {
    random = new Random(seed);
  }

  /** A batch of up to so many rows with columns of every type and layout. */
  public Batch next(int maxRows) {
    return next(maxRows, HELD);
  }

  /** A batch of columns of these types, each dense, ragged and sparse. */
  public Batch next(int maxRows, List<DType> types) {
    int rows = random.nextInt(maxRows + 1);
    Map<String, Array> columns = new LinkedHashMap<>();
    for (DType dtype : types) {
      columns.put(dtype + "-vector", dense(dtype, List.of((long) rows)));
      columns.put(dtype + "-matrix", dense(dtype, List.of((long) rows, 2L, 3L)));
      columns.put(dtype + "-nothing", dense(dtype, List.of((long) rows, 0L)));
      columns.put(dtype + "-list", ragged(dtype, rows, 1, List.of()));
      columns.put(dtype + "-lists", ragged(dtype, rows, 3, List.of()));
      columns.put(dtype + "-vectors", ragged(dtype, rows, 2, List.of(2L)));
      columns.put(dtype + "-sparse", sparse(dtype, List.of((long) rows, 3L, 2L)));
    }
    if (random.nextBoolean()) {
      return Batch.of(columns);
    }
    long[] records = random.longs(rows).toArray();
    return new Batch(rows, columns, new Batch.Origin("größe.txt", records));
  }

  private Array dense(DType dtype, List<Long> dims) {
    return new Array.Dense(dims, values(dtype, product(dims)));
  }

  private static int product(List<Long> dims) {
    return Math.toIntExact(dims.stream().reduce(1L, (a, b) -> a * b));
  }

  private Array ragged(DType dtype, int rows, int levels, List<Long> inner) {
    List<int[]> splits = new ArrayList<>();
    int outer = rows;
    for (int level = 0; level < levels; level++) {
      int[] level1 = new int[outer + 1];
      for (int i = 0; i < outer; i++) {
        level1[i + 1] = level1[i] + random.nextInt(4);
      }
      splits.add(level1);
      outer = level1[outer];
    }
    return new Array.Ragged(values(dtype, outer * product(inner)), splits, inner);
  }

  private Array sparse(DType dtype, List<Long> dims) {
    int[] places =
        random.ints(0, Math.max(1, product(dims))).limit(5).sorted().distinct().toArray();
    places = product(dims) == 0 ? new int[0] : places;
    List<Long> indices = new ArrayList<>();
    for (int place : places) {
      indices.addAll(List.of(place / 6L, place / 2 % 3L, place % 2L));
    }
    return new Array.Sparse(
        dims, indices.stream().mapToLong(i -> i).toArray(), values(dtype, places.length));
  }

  /** So many values; strings may be empty and need not be UTF-8. */
  public Values values(DType dtype, int count) {
    if (dtype == DType.STRING) {
      List<byte[]> strings = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        strings.add(bytes(random.nextInt(4)));
      }
      return Values.ofBytes(strings);
    }
    byte[] bytes = bytes(count * dtype.bytes());
    if (dtype == DType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (bytes[i] & 1);
      }
    }
    if (dtype == DType.UINT64) {
      for (int i = 7; i < bytes.length; i += 8) {
        bytes[i] = (byte) (bytes[i] & 0x7f);
      }
    }
    DType part =
        switch (dtype) {
          case COMPLEX64 -> DType.FLOAT32;
          case COMPLEX128 -> DType.FLOAT64;
          default -> dtype;
        };
    if (part.isFloating()) {
      withoutNaN(part, bytes);
    }
    return new Values.Numbers(dtype, bytes);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** NaN has many patterns of bits, which need not survive a conversion. */
  private static void withoutNaN(DType dtype, byte[] bytes) {
    Values.Numbers numbers = new Values.Numbers(dtype, bytes);
    for (int i = 0; i < numbers.size(); i++) {
      if (Double.isNaN(numbers.getDouble(i))) {
        Arrays.fill(bytes, i * dtype.bytes(), (i + 1) * dtype.bytes(), (byte) 0);
      }
    }
  }
}
