// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.reducer.Centers;
import org.hubbeam.reducer.KMeansFit;
import org.hubbeam.reducer.KMeansOptions;
import org.hubbeam.reducer.VectorSample;

/**
 * Blocks of vectors of length 1 around centers, such that any two vectors whose cosine is a
 * threshold or more are together in a block, in which one of them is at home.
 *
 * <p>A vector is at home in the block of its nearest center, and a guest in all those to whose
 * vectors it is near: where it is not farther than half the distance {@code r = sqrt(2 - 2t)} from
 * the plane between its own center and the other. Let x be at home in A and y in B, at most r from
 * each other. The way from x to y crosses the plane between the centers of A and B. So the
 * distances of x and y from that plane are together at most r, one of them is at most r / 2, and
 * that vector is a guest where the other is at home. (This is the bisector filter of ClusterJoin,
 * Das Sarma et al., VLDB 2014.)
 */
final class BlockPlan {

  /** What rounding of scores as floats can hide. */
  private static final float SLACK = 1e-5f;

  private static final int MOST_BLOCKS = 2048;
  private static final int SAMPLE = 20_000;
  private static final int ITERATIONS = 5;

  private final Centers centers;
  private final float[] margins;

  BlockPlan(Centers centers, double threshold) {
    this.centers = centers;
    int count = centers.count();
    double half = Math.sqrt(Math.max(0, 2 - 2 * threshold)) / 2;
    margins = new float[Math.multiplyExact(count, count)];
    float[] values = centers.values();
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double apart = Math.sqrt(centers.squaredDistance(values, i * centers.cells(), j));
        margins[i * count + j] = (float) (half * apart) + SLACK;
        margins[j * count + i] = margins[i * count + j];
      }
    }
  }

  /** How centers are fitted for so many rows. */
  static KMeansOptions options(long rows) {
    // Comparing with the centers costs as much as comparing within the blocks.
    long blocks = Math.min(MOST_BLOCKS, (long) Math.sqrt((double) rows));
    return KMeansOptions.of((int) Math.max(1, blocks))
        .withSpace(KMeansOptions.Space.SPHERICAL)
        .withIterations(ITERATIONS)
        .withSample(SAMPLE);
  }

  /** A plan for vectors that are at hand. */
  static BlockPlan of(float[] vectors, int cells, double threshold) {
    int rows = vectors.length / cells;
    KMeansFit fit = new KMeansFit(options(rows), cells);
    VectorSample sample = fit.empty();
    fit.add(
        sample, List.of(new Array.Dense(List.of((long) rows, (long) cells), Values.of(vectors))));
    float[] values = ((Values.Numbers) fit.finish(sample).get(0).values()).toFloats();
    return new BlockPlan(new Centers(KMeansOptions.Space.SPHERICAL, cells, values), threshold);
  }

  /** How many blocks there are. */
  int blocks() {
    return centers.count();
  }

  /** The block in which a vector is at home, then those in which it is a guest. */
  int[] blocks(float[] vectors, int at) {
    int count = centers.count();
    float[] scores = centers.products(vectors, at);
    int home = 0;
    for (int i = 1; i < count; i++) {
      home = scores[i] > scores[home] ? i : home;
    }
    int[] blocks = new int[count];
    blocks[0] = home;
    int found = 1;
    for (int i = 0; i < count; i++) {
      if (i != home && scores[home] - scores[i] <= margins[home * count + i]) {
        blocks[found++] = i;
      }
    }
    return Arrays.copyOf(blocks, found);
  }
}
