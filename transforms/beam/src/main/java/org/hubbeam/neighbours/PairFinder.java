// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Finds all pairs of vectors of length 1 whose cosine is a threshold or more. Large sets are
 * divided into blocks ({@link BlockPlan}), so that the work grows with less than the square of the
 * rows.
 */
final class PairFinder {

  /** Fewer rows than this are all compared with each other. */
  private static final int SMALL = 2000;

  private static final int TILE = 256;

  /** What rounding of scores as floats can hide. */
  private static final float SLACK = 1e-4f;

  private final int cells;
  private final double threshold;
  private final Found found;

  /** Who is told of the pairs; of some more than once. */
  interface Found {
    void pair(int one, int other, double score);
  }

  PairFinder(int cells, double threshold, Found found) {
    this.cells = cells;
    this.threshold = threshold;
    this.found = found;
  }

  /**
   * Finds pairs.
   *
   * @param vectors one behind the other
   * @param home which rows are at home: of each pair one is
   */
  void find(float[] vectors, BitSet home) {
    int rows = vectors.length / cells;
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    find(vectors, all, home);
  }

  private void find(float[] vectors, int[] rows, BitSet home) {
    if (rows.length < SMALL) {
      compareAll(vectors, rows, home);
      return;
    }
    BlockPlan plan = BlockPlan.of(gathered(vectors, rows), cells, threshold);
    List<List<Integer>> blocks = new ArrayList<>();
    List<BitSet> homes = new ArrayList<>();
    for (int i = 0; i < plan.blocks(); i++) {
      blocks.add(new ArrayList<>());
      homes.add(new BitSet());
    }
    for (int row : rows) {
      int[] of = plan.blocks(vectors, row * cells);
      for (int i = 0; i < of.length; i++) {
        blocks.get(of[i]).add(row);
      }
      homes.get(of[0]).set(row);
    }
    for (int i = 0; i < blocks.size(); i++) {
      int[] block = blocks.get(i).stream().mapToInt(Integer::intValue).toArray();
      BitSet inner = homes.get(i);
      PairFinder within =
          new PairFinder(
              cells,
              threshold,
              (one, other, score) -> {
                if (home.get(one) || home.get(other)) {
                  found.pair(one, other, score);
                }
              });
      if (block.length > rows.length / 2) {
        within.compareAll(vectors, block, inner);
      } else {
        within.find(vectors, block, inner);
      }
    }
  }

  private float[] gathered(float[] vectors, int[] rows) {
    float[] gathered = new float[rows.length * cells];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(vectors, rows[i] * cells, gathered, i * cells, cells);
    }
    return gathered;
  }

  /** Compares all rows with each other, but guests with guests. */
  private void compareAll(float[] vectors, int[] rows, BitSet home) {
    int[] ordered = new int[rows.length];
    int at = 0;
    for (int row : rows) {
      if (home.get(row)) {
        ordered[at++] = row;
      }
    }
    int homes = at;
    for (int row : rows) {
      if (!home.get(row)) {
        ordered[at++] = row;
      }
    }
    float[] transposed = new float[TILE * cells];
    for (int from = 0; from < ordered.length; from += TILE) {
      int width = Math.min(TILE, ordered.length - from);
      for (int i = 0; i < width; i++) {
        for (int cell = 0; cell < cells; cell++) {
          transposed[cell * TILE + i] = vectors[ordered[from + i] * cells + cell];
        }
      }
      int last = Math.min(homes, from + width);
      for (int i = 0; i < last; i++) {
        compare(vectors, ordered, i, from, width, transposed);
      }
    }
  }

  private void compare(
      float[] vectors, int[] ordered, int row, int from, int width, float[] transposed) {
    float[] scores = new float[TILE];
    int at = ordered[row] * cells;
    for (int cell = 0; cell < cells; cell++) {
      float value = vectors[at + cell];
      int line = cell * TILE;
      for (int i = 0; i < TILE; i++) {
        scores[i] += value * transposed[line + i];
      }
    }
    for (int i = Math.max(0, row + 1 - from); i < width; i++) {
      if (scores[i] >= threshold - SLACK) {
        double score = cosine(vectors, at, ordered[from + i] * cells);
        if (score >= threshold) {
          found.pair(ordered[row], ordered[from + i], score);
        }
      }
    }
  }

  /** The cosine of two vectors, the same for both orders. */
  private double cosine(float[] vectors, int one, int other) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int cell = 0; cell < cells; cell++) {
      double a = vectors[one + cell];
      double b = vectors[other + cell];
      product += a * b;
      first += a * a;
      second += b * b;
    }
    return Math.min(1, product / Math.sqrt(first * second));
  }
}
