// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import org.hubbeam.batch.Internal;

/**
 * The centers of clusters, and which one is nearest. Threads may share it.
 *
 * <p>What is nearest to a vector depends on the vector and the centers alone, not on the vectors
 * beside it: of centers that are equally near, it is the first.
 */
@Internal
public final class Centers {

  private final KMeansOptions.Space space;
  private final int cells;
  private final int count;
  private final float[] values;
  private final float[] origin;
  private final float[] transposed;
  private final float[] halfSquares;

  /**
   * Centers.
   *
   * @param cells the length of a vector
   * @param values the centers, one behind the other; not to be changed afterwards
   */
  public Centers(KMeansOptions.Space space, int cells, float[] values) {
    if (cells < 1 || values.length % cells != 0) {
      throw new IllegalArgumentException(
          values.length + " numbers are no centers of " + cells + " numbers");
    }
    this.space = space;
    this.cells = cells;
    this.values = values;
    count = values.length / cells;
    // Distances do not depend on the origin, their rounding does.
    origin = space == KMeansOptions.Space.EUCLIDEAN ? mean() : new float[cells];
    transposed = new float[values.length];
    halfSquares = new float[count];
    for (int center = 0; center < count; center++) {
      double square = 0;
      for (int cell = 0; cell < cells; cell++) {
        float value = values[center * cells + cell] - origin[cell];
        transposed[cell * count + center] = value;
        square += (double) value * value;
      }
      halfSquares[center] = space == KMeansOptions.Space.EUCLIDEAN ? (float) (square / 2) : 0;
    }
  }

  private float[] mean() {
    double[] sums = new double[cells];
    for (int i = 0; i < values.length; i++) {
      sums[i % cells] += values[i];
    }
    float[] mean = new float[cells];
    for (int i = 0; i < cells; i++) {
      mean[i] = count == 0 ? 0 : (float) (sums[i] / count);
    }
    return mean;
  }

  /** How many centers there are. */
  public int count() {
    return count;
  }

  /** The length of a vector. */
  public int cells() {
    return cells;
  }

  /** The space. */
  public KMeansOptions.Space space() {
    return space;
  }

  /** The centers, one behind the other; not to be changed. */
  public float[] values() {
    return values;
  }

  /**
   * The center that is nearest to a vector.
   *
   * @param at where it begins
   */
  public int nearest(float[] vectors, int at) {
    float[] scores = halfDistances(vectors, at);
    int nearest = 0;
    for (int center = 1; center < count; center++) {
      if (scores[center] < scores[nearest]) {
        nearest = center;
      }
    }
    return nearest;
  }

  /** Half of each squared distance, apart from what is common to all, as floats. */
  private float[] halfDistances(float[] vectors, int at) {
    float[] scores = halfSquares.clone();
    for (int cell = 0; cell < cells; cell++) {
      float value = vectors[at + cell] - origin[cell];
      int row = cell * count;
      for (int center = 0; center < count; center++) {
        scores[center] -= value * transposed[row + center];
      }
    }
    return scores;
  }

  /**
   * The dot products of a vector with all centers, on the sphere.
   *
   * @param at where it begins
   */
  public float[] products(float[] vectors, int at) {
    if (space != KMeansOptions.Space.SPHERICAL) {
      throw new IllegalStateException("there are products on the sphere");
    }
    float[] products = halfDistances(vectors, at);
    for (int i = 0; i < count; i++) {
      products[i] = -products[i];
    }
    return products;
  }

  /** The squared Euclidean distance of a vector from a center. */
  public double squaredDistance(float[] vectors, int at, int center) {
    double sum = 0;
    for (int cell = 0; cell < cells; cell++) {
      double difference = (double) vectors[at + cell] - values[center * cells + cell];
      sum += difference * difference;
    }
    return sum;
  }

  /**
   * How far a vector is from a center: the Euclidean distance; on the sphere 1 minus the cosine, of
   * a vector of length 1.
   */
  public double distance(float[] vectors, int at, int center) {
    double square = squaredDistance(vectors, at, center);
    return space == KMeansOptions.Space.EUCLIDEAN ? Math.sqrt(square) : square / 2;
  }

  /** Scales vectors, one behind the other, to length 1. */
  public static void scale(float[] vectors, int cells) {
    for (int at = 0; at < vectors.length; at += cells) {
      boolean unused = prepare(KMeansOptions.Space.SPHERICAL, vectors, at, cells);
    }
  }

  /** Brings a vector to where it is compared: on the sphere to length 1. */
  public void prepare(float[] vectors, int at) {
    boolean unused = prepare(space, vectors, at, cells);
  }

  /**
   * Brings a vector to where it is compared: on the sphere to length 1.
   *
   * @return whether it can be; false for NaN, infinities, and on the sphere for zeros
   */
  static boolean prepare(KMeansOptions.Space space, float[] vectors, int at, int cells) {
    double square = 0;
    for (int i = at; i < at + cells; i++) {
      square += (double) vectors[i] * vectors[i];
    }
    if (!(square < Double.POSITIVE_INFINITY)) {
      return false;
    }
    if (space == KMeansOptions.Space.EUCLIDEAN) {
      return true;
    }
    double length = Math.sqrt(square);
    for (int i = at; i < at + cells; i++) {
      vectors[i] = (float) (vectors[i] / length);
    }
    return length > 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Centers c
        && c.space == space
        && c.cells == cells
        && Arrays.equals(c.values, values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
