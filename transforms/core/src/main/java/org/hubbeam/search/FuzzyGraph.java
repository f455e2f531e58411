// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;
import org.hubbeam.batch.Internal;

/**
 * How much each row belongs to the neighbourhood of others, from 0 to 1: the fuzzy simplicial set
 * of UMAP. The nearest neighbour of a row belongs to it wholly; the others fall off so that each
 * row has about log2(k) neighbours. An edge counts if either of its ends says so: p + q - p·q.
 */
@Internal
public final class FuzzyGraph {

  private static final double TOLERANCE = 1e-5;
  private static final float LEAST_SCALE = 1e-3f;
  private static final int BISECTIONS = 64;

  private final int[] first;
  private final int[] neighbours;
  private final float[] weights;

  private FuzzyGraph(int[] first, int[] neighbours, float[] weights) {
    this.first = first;
    this.neighbours = neighbours;
    this.weights = weights;
  }

  /**
   * A graph of nearest neighbours.
   *
   * @param neighbours of each row, nearest first, without itself; rows may have different numbers
   *     of them, or none
   * @param distances to each neighbour, at least 0
   * @throws IllegalArgumentException when a neighbour is the row itself, no row or there twice, or
   *     a distance is not a number of at least 0
   */
  public static FuzzyGraph of(int[][] neighbours, float[][] distances) {
    check(neighbours, distances);
    float[][] strengths = new float[neighbours.length][];
    double mean = mean(distances);
    for (int row = 0; row < neighbours.length; row++) {
      strengths[row] = strengths(distances[row], mean);
    }
    return joined(neighbours, strengths);
  }

  private static void check(int[][] neighbours, float[][] distances) {
    if (distances.length != neighbours.length) {
      throw new IllegalArgumentException(
          neighbours.length + " rows of neighbours, " + distances.length + " of distances");
    }
    for (int row = 0; row < neighbours.length; row++) {
      if (distances[row].length != neighbours[row].length) {
        throw new IllegalArgumentException(
            "row "
                + row
                + ": "
                + neighbours[row].length
                + " neighbours, "
                + distances[row].length
                + " distances");
      }
      for (int at = 0; at < neighbours[row].length; at++) {
        int other = neighbours[row][at];
        if (other < 0 || other >= neighbours.length || other == row) {
          throw new IllegalArgumentException("row " + row + " has the neighbour " + other);
        }
        if (find(neighbours[row], other) < at) {
          throw new IllegalArgumentException("row " + row + " has " + other + " twice");
        }
        if (!(distances[row][at] >= 0 && distances[row][at] <= Float.MAX_VALUE)) {
          throw new IllegalArgumentException(
              "row " + row + " is at a distance of " + distances[row][at] + " from " + other);
        }
      }
    }
  }

  private static double mean(float[][] distances) {
    double sum = 0;
    long count = distances.length;
    for (float[] row : distances) {
      for (float distance : row) {
        sum += distance;
      }
      count += row.length;
    }
    return count == 0 ? 0 : sum / count;
  }

  /** How much each neighbour belongs to a row. */
  private static float[] strengths(float[] distances, double meanOfAll) {
    float nearest = 0;
    double sum = 0;
    for (int at = distances.length - 1; at >= 0; at--) {
      nearest = distances[at] > 0 ? distances[at] : nearest;
      sum += distances[at];
    }
    double mean = nearest > 0 ? sum / (distances.length + 1) : meanOfAll;
    double scale = Math.max(scale(distances, nearest), LEAST_SCALE * mean);
    float[] strengths = new float[distances.length];
    for (int at = 0; at < distances.length; at++) {
      strengths[at] = (float) strength(distances[at] - nearest, scale);
    }
    return strengths;
  }

  private static double strength(float beyond, double scale) {
    return beyond <= 0 || scale == 0 ? 1 : StrictMath.exp(-beyond / scale);
  }

  /** The scale at which the strengths add up to log2(k), where k counts the row itself. */
  private static double scale(float[] distances, float nearest) {
    double wanted = StrictMath.log(distances.length + 1) / StrictMath.log(2);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double middle = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double sum = 0;
      for (float distance : distances) {
        sum += strength(distance - nearest, middle);
      }
      if (Math.abs(sum - wanted) < TOLERANCE) {
        break;
      }
      if (sum > wanted) {
        high = middle;
      } else {
        low = middle;
      }
      middle = high == Double.POSITIVE_INFINITY ? middle * 2 : (low + high) / 2;
    }
    return middle;
  }

  /** Both directions of each edge, those of a row together. */
  private static FuzzyGraph joined(int[][] neighbours, float[][] strengths) {
    int rows = neighbours.length;
    int[] first = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      first[row + 1] += neighbours[row].length;
      for (int other : neighbours[row]) {
        first[other + 1] += find(neighbours[other], row) < 0 ? 1 : 0;
      }
    }
    for (int row = 0; row < rows; row++) {
      first[row + 1] += first[row];
    }
    int[] next = Arrays.copyOf(first, rows);
    int[] ends = new int[first[rows]];
    float[] weights = new float[first[rows]];
    for (int row = 0; row < rows; row++) {
      for (int at = 0; at < neighbours[row].length; at++) {
        int other = neighbours[row][at];
        int back = find(neighbours[other], row);
        float there = strengths[row][at];
        float here = back < 0 ? 0 : strengths[other][back];
        float weight = there + here - there * here;
        ends[next[row]] = other;
        weights[next[row]++] = weight;
        if (back < 0) {
          ends[next[other]] = row;
          weights[next[other]++] = weight;
        }
      }
    }
    return new FuzzyGraph(first, ends, weights);
  }

  private static int find(int[] values, int value) {
    for (int at = 0; at < values.length; at++) {
      if (values[at] == value) {
        return at;
      }
    }
    return -1;
  }

  /** How many rows there are. */
  public int rows() {
    return first.length - 1;
  }

  /** How many edges there are; each counts in both directions. */
  public int edges() {
    return neighbours.length;
  }

  /** The first edge of a row; its last is before the first of the next row. */
  int first(int row) {
    return first[row];
  }

  /** Where an edge goes to. */
  int neighbour(int edge) {
    return neighbours[edge];
  }

  /** How much the ends of an edge belong together: 0 to 1. */
  float weight(int edge) {
    return weights[edge];
  }

  /** The largest weight; 0 without edges. */
  float strongest() {
    float strongest = 0;
    for (float weight : weights) {
      strongest = Math.max(strongest, weight);
    }
    return strongest;
  }
}
