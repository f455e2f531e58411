// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fits centers to vectors with weights, on one thread; the same vectors in the same order give the
 * same centers everywhere.
 */
final class KMeansAlgorithm {

  private static final int MINI_BATCH = 1024;
  private static final int MANY_CLUSTERS = 64;

  /** Centers that move less than this share of the variance have arrived, as in scikit-learn. */
  private static final double TOLERANCE = 1e-4;

  private final KMeansOptions options;
  private final int cells;
  private final float[] vectors;
  private final double[] weights;
  private long random;

  /**
   * @param vectors one behind the other, of length 1 on the sphere
   * @param weights how much each counts, more than 0
   */
  KMeansAlgorithm(KMeansOptions options, int cells, float[] vectors, double[] weights) {
    this.options = options;
    this.cells = cells;
    this.vectors = vectors;
    this.weights = weights;
    random = options.seed();
  }

  /** The centers: as many as are asked for, or as there are vectors. */
  float[] fit() {
    float[] centers = first();
    if (centers.length == vectors.length) {
      return centers;
    }
    return options.algorithm() == KMeansOptions.Algorithm.LLOYD
        ? lloyd(centers)
        : miniBatches(centers);
  }

  private double next() {
    random += 0x9E3779B97F4A7C15L;
    return (VectorSample.mixed(random) >>> 11) * 0x1p-53;
  }

  /**
   * Vectors that are far from each other, by k-means++: each next one is drawn with a probability
   * that grows with the squared distance from those there are. Of few clusters each is the best of
   * several draws.
   */
  float[] first() {
    int rows = weights.length;
    int count = Math.min(options.clusters(), rows);
    float[] centers = new float[count * cells];
    double[] nearest = new double[rows];
    Arrays.fill(nearest, 1);
    int tries = count > MANY_CLUSTERS ? 1 : 2 + (int) Math.log(count);
    for (int center = 0; center < count; center++) {
      double[] best = null;
      double least = Double.POSITIVE_INFINITY;
      for (int t = 0; t < (center == 0 ? 1 : tries); t++) {
        int drawn = draw(nearest);
        double[] now = distances(drawn, center == 0 ? null : nearest);
        double sum = 0;
        for (int i = 0; i < rows; i++) {
          sum += now[i] * weights[i];
        }
        if (best == null || sum < least) {
          best = now;
          least = sum;
          System.arraycopy(vectors, drawn * cells, centers, center * cells, cells);
        }
      }
      nearest = Objects.requireNonNull(best);
    }
    return centers;
  }

  private int draw(double[] shares) {
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      sum += shares[i] * weights[i];
    }
    double rest = next() * sum;
    int last = 0;
    for (int i = 0; i < shares.length; i++) {
      double share = shares[i] * weights[i];
      if (share > 0) {
        last = i;
        rest -= share;
        if (rest < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** The squared distance of each vector from one of them, or the one before if it is less. */
  private double[] distances(int from, double @Nullable [] before) {
    double[] distances = new double[weights.length];
    for (int i = 0; i < distances.length; i++) {
      float sum = 0;
      for (int cell = 0; cell < cells; cell++) {
        float difference = vectors[i * cells + cell] - vectors[from * cells + cell];
        sum += difference * difference;
      }
      distances[i] = before == null ? sum : Math.min(sum, before[i]);
    }
    return distances;
  }

  private float[] lloyd(float[] begin) {
    double enough = TOLERANCE * variance();
    float[] centers = begin;
    for (int iteration = 0; iteration < options.iterations(); iteration++) {
      float[] moved = moved(centers);
      double shift = 0;
      for (int i = 0; i < centers.length; i++) {
        double by = (double) moved[i] - centers[i];
        shift += by * by;
      }
      centers = moved;
      if (shift <= enough) {
        break;
      }
    }
    return centers;
  }

  /** Each center at the mean of the vectors that are nearest to it. */
  private float[] moved(float[] from) {
    Centers centers = new Centers(options.space(), cells, from);
    int count = centers.count();
    double[] sums = new double[from.length];
    double[] totals = new double[count];
    int[] of = new int[weights.length];
    for (int i = 0; i < of.length; i++) {
      of[i] = centers.nearest(vectors, i * cells);
      add(sums, totals, of[i], i, weights[i]);
    }
    for (int center = 0; center < count; center++) {
      if (totals[center] == 0) {
        takeFarthest(center, centers, of, sums, totals);
      }
    }
    return means(options.space(), cells, from, sums, totals);
  }

  private void add(double[] sums, double[] totals, int center, int row, double weight) {
    totals[center] += weight;
    for (int cell = 0; cell < cells; cell++) {
      sums[center * cells + cell] += weight * vectors[row * cells + cell];
    }
  }

  /** Gives a center without vectors the one that is farthest from its own. */
  private void takeFarthest(int empty, Centers centers, int[] of, double[] sums, double[] totals) {
    int farthest = -1;
    double most = 0;
    for (int i = 0; i < of.length; i++) {
      double distance = centers.squaredDistance(vectors, i * cells, of[i]);
      if (distance > most && totals[of[i]] > weights[i]) {
        most = distance;
        farthest = i;
      }
    }
    if (farthest >= 0) {
      add(sums, totals, of[farthest], farthest, -weights[farthest]);
      of[farthest] = empty;
      add(sums, totals, empty, farthest, weights[farthest]);
    }
  }

  /** The means of what was added up, on the sphere at length 1; the old center where it is none. */
  static float[] means(
      KMeansOptions.Space space, int cells, float[] old, double[] sums, double[] totals) {
    float[] means = old.clone();
    for (int center = 0; center < totals.length; center++) {
      if (totals[center] == 0) {
        continue;
      }
      float[] mean = new float[cells];
      for (int cell = 0; cell < cells; cell++) {
        mean[cell] = (float) (sums[center * cells + cell] / totals[center]);
      }
      if (Centers.prepare(space, mean, 0, cells)) {
        System.arraycopy(mean, 0, means, center * cells, cells);
      }
    }
    return means;
  }

  private double variance() {
    double[] sums = new double[cells];
    double[] squares = new double[cells];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      total += weights[i];
      for (int cell = 0; cell < cells; cell++) {
        double value = vectors[i * cells + cell];
        sums[cell] += weights[i] * value;
        squares[cell] += weights[i] * value * value;
      }
    }
    double variance = 0;
    for (int cell = 0; cell < cells; cell++) {
      double mean = sums[cell] / total;
      variance += squares[cell] / total - mean * mean;
    }
    return variance / cells;
  }

  /** Draws vectors, and moves the nearest center of each towards it, the less the older it is. */
  private float[] miniBatches(float[] begin) {
    double[] cumulated = weights.clone();
    for (int i = 1; i < cumulated.length; i++) {
      cumulated[i] += cumulated[i - 1];
    }
    double total = cumulated[cumulated.length - 1];
    float[] moving = begin.clone();
    double[] seen = new double[begin.length / cells];
    for (int iteration = 0; iteration < options.iterations(); iteration++) {
      Centers centers = new Centers(options.space(), cells, moving);
      float[] next = moving.clone();
      for (int i = 0; i < MINI_BATCH; i++) {
        int found = Arrays.binarySearch(cumulated, next() * total);
        int row = Math.min(found < 0 ? -found - 1 : found + 1, cumulated.length - 1);
        int center = centers.nearest(vectors, row * cells);
        double rate = 1 / ++seen[center];
        for (int cell = 0; cell < cells; cell++) {
          int at = center * cells + cell;
          next[at] += (float) (rate * (vectors[row * cells + cell] - next[at]));
        }
      }
      for (int at = 0; at < next.length; at += cells) {
        if (!Centers.prepare(options.space(), next, at, cells)) {
          System.arraycopy(moving, at, next, at, cells);
        }
      }
      moving = next;
    }
    return moving;
  }
}
