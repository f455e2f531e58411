// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** ReducerInputs of random values, from a seed. */
final class Samples {

  private Samples() {}

  /** Dense values; floats are now and then NaN or infinite. */
  static Array.Dense dense(Random random, DType dtype, long... dims) {
    long size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    return new Array.Dense(
        Arrays.stream(dims).boxed().toList(), values(random, dtype, Math.toIntExact(size)));
  }

  /** Rows of up to three values. */
  static Array.Ragged varlen(Random random, DType dtype, int rows) {
    int[] splits = splits(random, rows);
    return Array.Ragged.of(values(random, dtype, splits[rows]), splits);
  }

  static int[] splits(Random random, int rows) {
    int[] splits = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      splits[i + 1] = splits[i] + random.nextInt(4);
    }
    return splits;
  }

  /** About half of the cells of a matrix with this many columns. */
  static Array.Sparse sparse(Random random, DType dtype, int rows, int width) {
    List<Long> indices = new ArrayList<>();
    for (long row = 0; row < rows; row++) {
      for (long column = 0; column < width; column++) {
        if (random.nextBoolean()) {
          indices.add(row);
          indices.add(column);
        }
      }
    }
    return new Array.Sparse(
        List.of((long) rows, (long) width),
        indices.stream().mapToLong(i -> i).toArray(),
        values(random, dtype, indices.size() / 2));
  }

  /** Keys, few of them, one empty. */
  static Values.Strings keys(Random random, int count) {
    String[] keys = {"a", "b", "", "größer", "a b", "zz"};
    String[] chosen = new String[count];
    Arrays.setAll(chosen, i -> keys[random.nextInt(keys.length)]);
    return Values.of(chosen);
  }

  static Values values(Random random, DType dtype, int count) {
    if (dtype == DType.STRING) {
      return keys(random, count);
    }
    if (dtype.isFloating()) {
      double[] numbers = new double[count];
      Arrays.setAll(numbers, i -> number(random));
      return NumberArrays.pack(dtype, numbers);
    }
    long[] numbers = new long[count];
    Arrays.setAll(numbers, i -> random.nextInt(100) - (NumberArrays.isUnsigned(dtype) ? 0 : 50));
    return NumberArrays.pack(dtype, numbers);
  }

  private static double number(Random random) {
    return switch (random.nextInt(20)) {
      case 0 -> Double.NaN;
      case 1 -> 0.0;
      case 2 -> -0.0;
      default -> Math.rint(random.nextGaussian() * 100) / 8;
    };
  }
}
