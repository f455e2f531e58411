// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Columns of random numbers for generators: latent vectors, classes, seeds.
 *
 * <p>What a row gets depends on the seed, the name of the column and the number of the row alone:
 * not on the batch it is in, nor on the order, the machine or the version of Java.
 *
 * <pre>{@code
 * NoiseColumns.seededBy(7)
 *     .withTruncatedNormal("z", Shape.of(128))
 *     .withOneHot("y", 1000, List.of(207, 281))
 *     .rows(new long[] {0, 1, 2})
 * }</pre>
 *
 * @param columns in the order of the batch
 */
public record NoiseColumns(long seed, Map<String, Filling> columns) implements Serializable {

  public NoiseColumns {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** The content of a column. */
  public sealed interface Filling extends Serializable permits Noise, Classes, Seeds {}

  /** The distribution of values. */
  public enum Distribution {
    /** With variance 1. */
    NORMAL,
    /** The same, values beyond -2 and 2 drawn again. */
    TRUNCATED_NORMAL,
    /** Uniform from 0 (included) to 1 (excluded). */
    UNIFORM
  }

  /**
   * float32 values.
   *
   * @param row the shape of one row
   */
  public record Noise(Distribution distribution, Shape row) implements Filling {
    public Noise {
      Objects.requireNonNull(distribution, "distribution");
      if (!row.isFull()) {
        throw new IllegalArgumentException("noise needs the whole shape of a row, not " + row);
      }
    }
  }

  /**
   * One-hot float32 vectors.
   *
   * @param classes how many there are
   * @param chosen the classes of the rows in turn, starting with row 0; empty for random classes
   */
  public record Classes(int classes, List<Integer> chosen) implements Filling {
    public Classes {
      chosen = List.copyOf(chosen);
      if (classes < 1) {
        throw new IllegalArgumentException("there must be at least 1 class, not " + classes);
      }
      for (int one : chosen) {
        if (one < 0 || one >= classes) {
          throw new IllegalArgumentException("a class is 0 to " + (classes - 1) + ", not " + one);
        }
      }
    }
  }

  /** Pairs of int32, as TensorFlow's stateless random operations take them. */
  public record Seeds() implements Filling {}

  /** No columns yet. */
  public static NoiseColumns seededBy(long seed) {
    return new NoiseColumns(seed, Map.of());
  }

  /** Adds a column of normal values with rows of this shape. */
  public NoiseColumns withNormal(String column, Shape row) {
    return with(column, new Noise(Distribution.NORMAL, row));
  }

  /** Adds a column of truncated normal values, between -2 and 2, with rows of this shape. */
  public NoiseColumns withTruncatedNormal(String column, Shape row) {
    return with(column, new Noise(Distribution.TRUNCATED_NORMAL, row));
  }

  /**
   * Adds a column of one-hot vectors of the given classes in turn, or of random classes if there
   * are none.
   */
  public NoiseColumns withOneHot(String column, int classes, List<Integer> chosen) {
    return with(column, new Classes(classes, chosen));
  }

  /** Adds a column of seeds, int32 [n, 2]. */
  public NoiseColumns withSeeds(String column) {
    return with(column, new Seeds());
  }

  /** Adds a column at the end. */
  public NoiseColumns with(String column, Filling filling) {
    Map<String, Filling> more = new LinkedHashMap<>(columns);
    more.put(column, filling);
    return new NoiseColumns(seed, more);
  }

  /**
   * The rows with these indices, which are also their origin.
   *
   * @param numbers 0 or greater
   */
  public Batch rows(long[] numbers) {
    Map<String, Array> filled = new LinkedHashMap<>();
    columns.forEach((name, filling) -> filled.put(name, filled(name, filling, numbers)));
    return new Batch(numbers.length, filled, new Batch.Origin("", numbers));
  }

  private Array filled(String column, Filling filling, long[] numbers) {
    if (filling instanceof Noise noise) {
      return Array.Dense.rows(numbers.length, noise.row, noise(column, noise, numbers));
    }
    if (filling instanceof Classes classes) {
      float[] values = new float[Math.multiplyExact(numbers.length, classes.classes)];
      for (int i = 0; i < numbers.length; i++) {
        values[i * classes.classes + one(column, classes, numbers[i])] = 1;
      }
      return Array.Dense.rows(numbers.length, Shape.of(classes.classes), Values.of(values));
    }
    int[] seeds = new int[Math.multiplyExact(numbers.length, 2)];
    for (int i = 0; i < numbers.length; i++) {
      SplittableRandom random = random(column, numbers[i]);
      seeds[2 * i] = (int) (random.nextLong() >>> 33);
      seeds[2 * i + 1] = (int) (random.nextLong() >>> 33);
    }
    return Array.Dense.rows(numbers.length, Shape.of(2), Values.of(seeds));
  }

  private Values noise(String column, Noise noise, long[] numbers) {
    int width = Math.toIntExact(noise.row.dims().stream().reduce(1L, Math::multiplyExact));
    float[] values = new float[Math.multiplyExact(numbers.length, width)];
    for (int i = 0; i < numbers.length; i++) {
      SplittableRandom random = random(column, numbers[i]);
      for (int j = 0; j < width; j++) {
        values[i * width + j] =
            (float)
                switch (noise.distribution) {
                  case NORMAL -> normal(random);
                  case TRUNCATED_NORMAL -> truncated(random);
                  case UNIFORM -> (random.nextLong() >>> 40) * 0x1p-24;
                };
      }
    }
    return Values.of(values);
  }

  private int one(String column, Classes classes, long number) {
    return classes.chosen.isEmpty()
        ? (int) Long.remainderUnsigned(random(column, number).nextLong(), classes.classes)
        : classes.chosen.get((int) (number % classes.chosen.size()));
  }

  /** By the method of Box and Muller; StrictMath gives the same everywhere. */
  private static double normal(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(random)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform(random));
  }

  private static double truncated(SplittableRandom random) {
    double value = normal(random);
    while (Math.abs(value) > 2) {
      value = normal(random);
    }
    return value;
  }

  private static double uniform(SplittableRandom random) {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  private SplittableRandom random(String column, long number) {
    long mixed = mixed(seed);
    for (byte b : column.getBytes(StandardCharsets.UTF_8)) {
      mixed = mixed(mixed + b);
    }
    return new SplittableRandom(mixed(mixed ^ mixed(number)));
  }

  /** The finaliser of SplitMix64. */
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
