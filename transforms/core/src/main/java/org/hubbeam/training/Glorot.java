// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.SplittableRandom;

/**
 * First weights, uniform in {@code ±sqrt(6 / (in + out))}: the same for the same seed on every
 * machine.
 *
 * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio: Understanding
 *     the difficulty of training deep feedforward neural networks</a>
 */
final class Glorot {

  private Glorot() {}

  /** A matrix {@code [in, out]}. */
  static float[] uniform(int in, int out, long seed) {
    double limit = Math.sqrt(6.0 / (in + out));
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[Math.multiplyExact(in, out)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) ((2 * ((random.nextLong() >>> 11) * 0x1p-53) - 1) * limit);
    }
    return weights;
  }
}
