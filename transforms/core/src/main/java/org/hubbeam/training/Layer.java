// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * A dense layer: {@code activation(x · weights + bias)}.
 *
 * @param in how many numbers go in
 * @param out how many come out
 * @param weights {@code [in, out]}, row-major; not to be changed
 * @param bias {@code [out]}; not to be changed
 */
public record Layer(int in, int out, float[] weights, float[] bias, Activation activation)
    implements Serializable {

  public Layer {
    if (in < 1 || out < 1 || weights.length != (long) in * out || bias.length != out) {
      throw new IllegalArgumentException(
          "a layer from %d to %d numbers cannot have %d weights and a bias of %d"
              .formatted(in, out, weights.length, bias.length));
    }
  }

  /** What comes out for one row. */
  public float[] apply(float[] row) {
    if (row.length != in) {
      throw new IllegalArgumentException(row.length + " numbers for a layer that takes " + in);
    }
    double[] sums = new double[out];
    for (int i = 0; i < in; i++) {
      double x = row[i];
      int at = i * out;
      for (int o = 0; o < out; o++) {
        sums[o] += x * weights[at + o];
      }
    }
    float[] result = new float[out];
    for (int o = 0; o < out; o++) {
      result[o] = (float) activation.of(sums[o] + bias[o]);
    }
    return result;
  }
}
