// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** What an encoder learns, and its weights: a table, and perhaps a projection of its rows. */
abstract class EncoderObjective implements TrainingLoop.Trainee<int[]> {

  private static final String TABLE = "table";
  private static final String PROJECTION = "projection";

  private final EncoderOptions options;
  private final Lanes lanes;
  private final AdamWeights adam;
  private final LearntTable table;
  private final @Nullable AdamWeights projection;

  /**
   * Begins with random weights.
   *
   * @param outputs the length of a vector
   */
  EncoderObjective(EncoderOptions options, int outputs, Lanes lanes) {
    EncoderShape shape = options.shape();
    this.options = options;
    this.lanes = lanes;
    this.adam = new AdamWeights(StartWeights.of(options.seed(), shape.size()));
    this.table = new LearntTable(shape, adam);
    this.projection =
        outputs == shape.dimension()
            ? null
            : new AdamWeights(
                StartWeights.projection(options.seed() + 1, shape.dimension(), outputs));
  }

  /** The items that are learnt from, ordered by their hashes. */
  abstract int[] items();

  /** How many items are held out. */
  abstract int heldOut();

  /** Tells the data. */
  abstract long hash();

  /** Learns from some items; gives the loss before. */
  abstract double step(int[] items, Rate rate);

  /**
   * How far Adam goes.
   *
   * @param step from 1
   */
  record Rate(double rate, long step) {}

  @Override
  public double step(int[] items, long step, double factor) {
    return step(items, new Rate(options.rate() * factor, step + 1));
  }

  final Lanes lanes() {
    return lanes;
  }

  final LearntTable table() {
    return table;
  }

  final @Nullable AdamWeights projection() {
    return projection;
  }

  @Override
  public Map<String, Array.Dense> weights() {
    EncoderShape shape = options.shape();
    Map<String, Array.Dense> weights = new LinkedHashMap<>();
    weights.put(TABLE, matrix(shape.buckets(), adam.weights()));
    if (projection != null) {
      weights.put(PROJECTION, matrix(shape.dimension(), projection.weights()));
    }
    return weights;
  }

  private static Array.Dense matrix(int rows, float[] values) {
    return Array.Dense.rows(rows, Shape.of(values.length / rows), Values.of(values));
  }

  @Override
  public Map<String, Array.Dense> state() {
    Map<String, Array.Dense> state = new LinkedHashMap<>();
    adam.state(TABLE, state);
    if (projection != null) {
      projection.state(PROJECTION, state);
    }
    return state;
  }

  @Override
  public void restore(Map<String, Array.Dense> state) {
    adam.restore(TABLE, state);
    if (projection != null) {
      projection.restore(PROJECTION, state);
    }
  }

  /** An encoder with weights of this objective, which go on from there. */
  final TextEncoder encoder(Map<String, Array.Dense> weights) {
    AdamWeights.copy(weights, TABLE, adam.weights());
    if (projection != null) {
      AdamWeights.copy(weights, PROJECTION, projection.weights());
    }
    return new TextEncoder(
        options.shape(), adam.weights(), projection == null ? null : projection.weights());
  }
}
