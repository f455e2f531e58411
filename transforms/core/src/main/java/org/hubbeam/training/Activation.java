// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** What a layer applies to each of its outputs, by the formulas and names of Keras. */
public enum Activation {
  /** x */
  LINEAR,
  /** max(x, 0) */
  RELU,
  /** x above 0, else exp(x) - 1 */
  ELU,
  /** tanh(x) */
  TANH,
  /** 1 / (1 + exp(-x)) */
  SIGMOID,
  /** x · Φ(x), Φ the normal distribution: the exact form, by the error function */
  GELU,
  /** x · sigmoid(x) */
  SWISH;

  /** This function of one value. */
  public double of(double x) {
    return switch (this) {
      case LINEAR -> x;
      case RELU -> Math.max(x, 0);
      case ELU -> x > 0 ? x : Math.expm1(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case GELU -> x * Erf.normal(x);
      case SWISH -> x / (1 + Math.exp(-x));
    };
  }

  /** This function in a graph. */
  <T extends TFloating> Operand<T> of(Ops tf, Operand<T> x) {
    return switch (this) {
      case LINEAR -> x;
      case RELU -> tf.nn.relu(x);
      case ELU -> tf.nn.elu(x);
      case TANH -> tf.math.tanh(x);
      case SIGMOID -> tf.math.sigmoid(x);
      case GELU -> {
        Operand<T> half = constant(tf, x, 0.5);
        Operand<T> erf = tf.math.erf(tf.math.mul(x, constant(tf, x, Math.sqrt(0.5))));
        yield tf.math.mul(tf.math.mul(half, x), tf.math.add(constant(tf, x, 1), erf));
      }
      case SWISH -> tf.math.mul(x, tf.math.sigmoid(x));
    };
  }

  private static <T extends TFloating> Operand<T> constant(Ops tf, Operand<T> like, double value) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
