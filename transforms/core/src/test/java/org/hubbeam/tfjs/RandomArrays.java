// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;

/** Arrays by a seed, for tests of operations. */
final class RandomArrays {
  final Random random;

  RandomArrays(long seed) {
    random = new Random(seed);
  }

  /** A whole number below a bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** One of these. */
  @SafeVarargs
  final <T> T of(T... options) {
    return options[random.nextInt(options.length)];
  }

  static int size(int... dims) {
    return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
  }

  static List<Long> dims(int... dims) {
    return Arrays.stream(dims).mapToObj(d -> (long) d).toList();
  }

  /** Values around zero. */
  Array.Dense floats(int... dims) {
    float[] values = new float[size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 3;
    }
    return new Array.Dense(dims(dims), Values.of(values));
  }

  /** Values from 0 to 1. */
  Array.Dense units(int... dims) {
    float[] values = new float[size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(8) == 0 ? random.nextInt(2) : random.nextFloat();
    }
    return new Array.Dense(dims(dims), Values.of(values));
  }

  /** Whole numbers below a bound. */
  Array.Dense ints(int bound, int... dims) {
    int[] values = new int[size(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return new Array.Dense(dims(dims), Values.of(values));
  }

  /** Floats, whole numbers or texts. */
  Array.Dense any(int... dims) {
    return switch (random.nextInt(4)) {
      case 0 -> ints(1000, dims);
      case 1 -> texts(dims);
      default -> floats(dims);
    };
  }

  /** Texts of all planes. */
  Array.Dense texts(int... dims) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < size(dims); i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(4); k > 0; k--) {
        text.appendCodePoint(of(97 + random.nextInt(26), 0xe4, 0x4e2d, 0x1f600));
      }
      values.add(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return new Array.Dense(dims(dims), Values.ofBytes(values));
  }

  /** Row splits of rows with up to three values, some empty. */
  int[] splits(int rows) {
    int[] splits = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      splits[i + 1] = splits[i] + random.nextInt(4);
    }
    return splits;
  }

  /** Whole numbers of 32 or 64 bits. */
  static Array.Dense whole(DType type, int... values) {
    return whole(type, dims(values.length), values);
  }

  static Array.Dense whole(DType type, List<Long> dims, int... values) {
    return new Array.Dense(
        dims,
        type == DType.INT32
            ? Values.of(values)
            : Values.of(Arrays.stream(values).asLongStream().toArray()));
  }

  /** A scalar. */
  static Array.Dense scalar(float value) {
    return new Array.Dense(List.of(), Values.of(value));
  }

  /** A scalar. */
  static Array.Dense scalar(int value) {
    return new Array.Dense(List.of(), Values.of(value));
  }

  /** A type of whole numbers. */
  DType wide() {
    return of(DType.INT32, DType.INT64);
  }

  /** Whole numbers in another type. */
  static Array.Dense retyped(Array.Dense array, DType type) {
    long[] values = ((Values.Numbers) array.values()).toLongs();
    return whole(type, array.dims(), Arrays.stream(values).mapToInt(Math::toIntExact).toArray());
  }

  /** Whole numbers that can be divided by, in the shape of others. */
  Array.Dense nonZero(Array.Dense array) {
    int[] values = new int[array.values().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = of(-2, -1, 1, 2, 3);
    }
    return new Array.Dense(array.dims(), Values.of(values));
  }
}
