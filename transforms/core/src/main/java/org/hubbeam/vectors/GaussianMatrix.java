// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.vectors;

/** Random numbers for a projection: the same from one seed on every machine. */
final class GaussianMatrix {

  private static final long STEP = 0x9E3779B97F4A7C15L;

  private GaussianMatrix() {}

  /** The matrix that {@link Projection.Gaussian} describes, for vectors of this length. */
  static ProjectionMatrix of(Projection.Gaussian settings, int inputs) {
    float[] values = new float[Math.multiplyExact(inputs, settings.dims())];
    double scale = 1 / Math.sqrt(settings.dims());
    for (int i = 0; i < values.length; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(settings.seed(), i)));
      double angle = 2 * Math.PI * uniform(settings.seed(), i + 1);
      values[i] = (float) (radius * StrictMath.cos(angle) * scale);
      if (i + 1 < values.length) {
        values[i + 1] = (float) (radius * StrictMath.sin(angle) * scale);
      }
    }
    return new ProjectionMatrix(new float[inputs], values);
  }

  /** Number {@code index} of SplitMix64. */
  static long bits(long seed, int index) {
    long z = seed + (index + 1L) * STEP;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static double uniform(long seed, int index) {
    return (bits(seed, index) >>> 11) * 0x1p-53;
  }
}
