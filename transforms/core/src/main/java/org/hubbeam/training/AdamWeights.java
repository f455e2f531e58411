// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;

/** Weights that Adam changes, with the formula and the constants of {@link Optimizer.Adam}. */
final class AdamWeights {

  private static final Optimizer.Adam FORMULA = new Optimizer.Adam(1);

  private final float[] weights;
  private final float[] first;
  private final float[] second;

  /** Begins with these weights. */
  AdamWeights(float[] weights) {
    this.weights = weights;
    this.first = new float[weights.length];
    this.second = new float[weights.length];
  }

  float[] weights() {
    return weights;
  }

  /** Some gradients, from an index on. */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
  record Gradients(float[] values, int from, int count) {}

  /** Changes the weights from an index on. */
  void step(int at, Gradients gradients, EncoderObjective.Rate rate) {
    float beta1 = (float) FORMULA.beta1();
    float beta2 = (float) FORMULA.beta2();
    double step = rate.step();
    float epsilon = (float) FORMULA.epsilon();
    float scaled =
        (float)
            (rate.rate()
                * Math.sqrt(1 - StrictMath.pow(FORMULA.beta2(), step))
                / (1 - StrictMath.pow(FORMULA.beta1(), step)));
    for (int i = 0; i < gradients.count; i++) {
      float gradient = gradients.values[gradients.from + i];
      int w = at + i;
      first[w] += (gradient - first[w]) * (1 - beta1);
      second[w] += (gradient * gradient - second[w]) * (1 - beta2);
      weights[w] -= scaled * first[w] / ((float) Math.sqrt(second[w]) + epsilon);
    }
  }

  /** Adds all that steps change. */
  void state(String name, Map<String, Array.Dense> state) {
    state.put(name, Array.Dense.vector(Values.of(weights)));
    state.put(name + ".first", Array.Dense.vector(Values.of(first)));
    state.put(name + ".second", Array.Dense.vector(Values.of(second)));
  }

  /** Sets all that steps change. */
  void restore(String name, Map<String, Array.Dense> state) {
    copy(state, name, weights);
    copy(state, name + ".first", first);
    copy(state, name + ".second", second);
  }

  /** Copies an array of a state. */
  static void copy(Map<String, Array.Dense> state, String name, float[] to) {
    Values.Numbers values = (Values.Numbers) Objects.requireNonNull(state.get(name), name).values();
    System.arraycopy(values.toFloats(), 0, to, 0, to.length);
  }
}
