// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.SplittableRandom;

/** Small random weights of encoders, the same on every machine. */
final class StartWeights {

  /** Rows that no text has used stay so small that learnt ones outweigh them. */
  private static final float LARGEST = 0.05f;

  private StartWeights() {}

  /** Of a table: uniform from -0.05 to 0.05. */
  static float[] of(long seed, int count) {
    return uniform(seed, count, LARGEST);
  }

  /** Of a projection of rows: such that vectors keep about their length. */
  static float[] projection(long seed, int dimension, int outputs) {
    return uniform(seed, dimension * outputs, (float) Math.sqrt(3.0 / outputs));
  }

  private static float[] uniform(long seed, int count, float largest) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (random.nextInt() >> 8) * 0x1p-23f * largest;
    }
    return weights;
  }
}
