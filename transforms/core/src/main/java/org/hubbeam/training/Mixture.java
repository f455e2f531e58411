// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/** How a member of an ensemble counts. */
public sealed interface Mixture extends Serializable {

  /** What a member adds to the logits of a row. */
  double[] logits(Head head, float[] features);

  /** The weights: one, one for each logit, or those of a matrix, row-major. Not to be changed. */
  float[] values();

  /** This kind with other weights, as many. */
  Mixture withValues(float[] values);

  /** One weight, times the member's logits. */
  record Scalar(float weight) implements Mixture {
    @Override
    public float[] values() {
      return new float[] {weight};
    }

    @Override
    public Scalar withValues(float[] values) {
      return new Scalar(values[0]);
    }

    @Override
    public double[] logits(Head head, float[] features) {
      float[] logits = head.logits(features);
      double[] weighted = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        weighted[i] = (double) weight * logits[i];
      }
      return weighted;
    }
  }

  /**
   * A weight for each logit, times the member's logits.
   *
   * @param weights by logit; not to be changed
   */
  record Vector(float[] weights) implements Mixture {
    @Override
    public float[] values() {
      return weights;
    }

    @Override
    public Vector withValues(float[] values) {
      return new Vector(values);
    }

    @Override
    public double[] logits(Head head, float[] features) {
      float[] logits = head.logits(features);
      double[] weighted = new double[logits.length];
      for (int i = 0; i < logits.length; i++) {
        weighted[i] = (double) weights[i] * logits[i];
      }
      return weighted;
    }
  }

  /**
   * What goes into the member's last layer, times a matrix.
   *
   * @param in how many numbers go into the last layer
   * @param out how many logits there are
   * @param weights {@code [in, out]}, row-major; not to be changed
   */
  record Matrix(int in, int out, float[] weights) implements Mixture {
    public Matrix {
      if (weights.length != (long) in * out) {
        throw new IllegalArgumentException(
            weights.length + " weights for a matrix of " + in + " x " + out);
      }
    }

    @Override
    public float[] values() {
      return weights;
    }

    @Override
    public Matrix withValues(float[] values) {
      return new Matrix(in, out, values);
    }

    @Override
    public double[] logits(Head head, float[] features) {
      float[] hidden = head.lastHidden(features);
      double[] sums = new double[out];
      for (int i = 0; i < in; i++) {
        for (int o = 0; o < out; o++) {
          sums[o] += (double) hidden[i] * weights[i * out + o];
        }
      }
      return sums;
    }
  }
}
