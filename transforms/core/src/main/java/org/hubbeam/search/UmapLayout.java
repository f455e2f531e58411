// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.function.DoubleUnaryOperator;
import org.hubbeam.batch.Internal;

/**
 * Places rows in a plane so that near ones stay near: the layout of UMAP (McInnes, Healy, Melville
 * 2018) with a minimal distance of 0.1 and a spread of 1. The nearest neighbours of each row become
 * the edges of a fuzzy graph; stochastic gradient descent pulls the ends of its edges together and
 * pushes five other rows away for each pull. The same input and seed give the same places, bit by
 * bit, on every machine.
 */
@Internal
public final class UmapLayout {

  /** What UMAP fits to a minimal distance of 0.1: a place at distance d is near by 1/(1+A·d^2B). */
  private static final double A = 1.5769434603113077;

  private static final double B = 0.8950608779109733;
  private static final int NEGATIVES = 5;
  private static final float FARTHEST_STEP = 4;
  private static final float START_EXTENT = 10;
  private static final float START_NOISE = 1e-4f;

  private final FuzzyGraph graph;
  private final float[] places;
  private final int epochs;
  private long state;

  private UmapLayout(FuzzyGraph graph, float[] start, long seed) {
    this.graph = graph;
    this.places = start.clone();
    this.epochs = graph.rows() <= 10_000 ? 500 : 200;
    this.state = seed;
  }

  /**
   * Places rows.
   *
   * @param graph who is near to whom
   * @param start where rows are at first: x and y of the first row, of the second and so on; the
   *     first two principal components keep the large structure. Scaled, so that only their
   *     proportions matter
   * @param seed of the rows that push away
   * @return x and y of each row, in the order of the start
   */
  public static float[] compute(FuzzyGraph graph, float[] start, long seed) {
    if (start.length != 2 * graph.rows()) {
      throw new IllegalArgumentException(
          graph.rows() + " rows need " + 2 * graph.rows() + " numbers, not " + start.length);
    }
    UmapLayout layout = new UmapLayout(graph, start, seed);
    layout.scale();
    layout.descend();
    return layout.places;
  }

  private void scale() {
    float largest = 0;
    for (float place : places) {
      largest = Math.max(largest, Math.abs(place));
    }
    float scale = largest == 0 ? 0 : START_EXTENT / largest;
    for (int at = 0; at < places.length; at++) {
      places[at] = places[at] * scale + START_NOISE * ((random() >>> 40) * 0x1p-23f - 1);
    }
  }

  private void descend() {
    int edges = graph.edges();
    float strongest = graph.strongest();
    float[] period = new float[edges];
    for (int edge = 0; edge < edges; edge++) {
      period[edge] = strongest / graph.weight(edge);
    }
    float[] due = period.clone();
    float[] negativeDue = new float[edges];
    for (int edge = 0; edge < edges; edge++) {
      negativeDue[edge] = period[edge] / NEGATIVES;
    }
    for (int epoch = 0; epoch < epochs; epoch++) {
      float rate = 1 - (float) epoch / epochs;
      for (int row = 0; row < graph.rows(); row++) {
        for (int edge = graph.first(row); edge < graph.first(row + 1); edge++) {
          if (due[edge] > epoch || period[edge] > epochs) {
            continue;
          }
          pull(row, graph.neighbour(edge), rate);
          due[edge] += period[edge];
          float each = period[edge] / NEGATIVES;
          int negatives = (int) ((epoch - negativeDue[edge]) / each);
          for (int i = 0; i < negatives; i++) {
            push(row, (int) ((random() >>> 32) * graph.rows() >>> 32), rate);
          }
          negativeDue[edge] += negatives * each;
        }
      }
    }
  }

  private void pull(int row, int other, float rate) {
    int i = 2 * row;
    int j = 2 * other;
    float dx = places[i] - places[j];
    float dy = places[i + 1] - places[j + 1];
    float squared = dx * dx + dy * dy;
    if (squared > 0) {
      float force = Forces.PULL.at(squared);
      float x = clip(force * dx) * rate;
      float y = clip(force * dy) * rate;
      places[i] += x;
      places[i + 1] += y;
      places[j] -= x;
      places[j + 1] -= y;
    }
  }

  private void push(int row, int other, float rate) {
    int i = 2 * row;
    int j = 2 * other;
    float dx = places[i] - places[j];
    float dy = places[i + 1] - places[j + 1];
    float squared = dx * dx + dy * dy;
    if (squared > 0) {
      float force = Forces.PUSH.at(squared);
      places[i] += clip(force * dx) * rate;
      places[i + 1] += clip(force * dy) * rate;
    }
  }

  private static float clip(float step) {
    return Math.max(-FARTHEST_STEP, Math.min(FARTHEST_STEP, step));
  }

  /** SplitMix64. */
  private long random() {
    state += 0x9E3779B97F4A7C15L;
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * A force by squared distance, from a table: 64 steps to each power of two, a straight line
   * between them. Exact to 1e-4 of itself, and the same on every machine, which {@code Math.pow} is
   * not.
   */
  private static final class Forces {

    private static final int STEPS = 6;
    private static final int SHIFT = 23 - STEPS;
    private static final int LEAST = Float.floatToRawIntBits(0x1p-40f) >>> SHIFT;
    private static final int MOST = Float.floatToRawIntBits(0x1p40f) >>> SHIFT;

    static final Forces PULL =
        new Forces(d -> -2 * A * B * StrictMath.pow(d, B - 1) / (A * StrictMath.pow(d, B) + 1));
    static final Forces PUSH =
        new Forces(d -> 2 * B / ((0.001 + d) * (A * StrictMath.pow(d, B) + 1)));

    private final float[] values = new float[MOST - LEAST + 1];

    private Forces(DoubleUnaryOperator force) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) force.applyAsDouble(Float.intBitsToFloat((LEAST + i) << SHIFT));
      }
    }

    float at(float squared) {
      int bits = Float.floatToRawIntBits(squared);
      int step = (bits >>> SHIFT) - LEAST;
      if (step < 0) {
        return values[0];
      }
      if (step >= values.length - 1) {
        return values[values.length - 1];
      }
      float part = (bits & ((1 << SHIFT) - 1)) * (1f / (1 << SHIFT));
      return values[step] + part * (values[step + 1] - values[step]);
    }
  }
}
