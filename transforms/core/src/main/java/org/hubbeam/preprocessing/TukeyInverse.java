// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The inverse of Tukey's HH function, which is {@code u exp(hl u^2)} for u below 0 and {@code u
 * exp(hr u^2)} above.
 */
final class TukeyInverse<T extends TNumber> {

  private static final int NEWTON_STEPS = 8;
  private static final double SMALL = 1e-7;
  private static final double SLOPE = (Math.E - 1) / (Math.E * Math.E - 1);

  private final Ops tf;
  private final Class<T> type;

  TukeyInverse(Ops tf, Class<T> type) {
    this.tf = tf;
    this.type = type;
  }

  /** The inverse for each x. */
  Operand<T> apply(Operand<T> x, Operand<T> left, Operand<T> right) {
    Operand<T> zero = constant(0);
    return tf.select(
        tf.math.less(x, zero), tf.math.neg(side(tf.math.neg(x), left)), side(x, right));
  }

  private Operand<T> side(Operand<T> x, Operand<T> h) {
    Operand<T> product = tf.math.mul(h, tf.math.square(x));
    return tf.select(
        tf.math.less(product, constant(SMALL)), x, tf.math.sqrt(tf.math.div(lambertW(product), h)));
  }

  /** w, at least 0, such that {@code w exp(w)} is x. */
  private Operand<T> lambertW(Operand<T> x) {
    Operand<T> w = start(x);
    for (int i = 0; i < NEWTON_STEPS; i++) {
      Operand<T> exp = tf.math.exp(w);
      Operand<T> product = tf.math.mul(w, exp);
      w = tf.math.sub(w, tf.math.div(tf.math.sub(product, x), tf.math.add(exp, product)));
    }
    return w;
  }

  private Operand<T> start(Operand<T> x) {
    Operand<T> log = tf.math.log(x);
    Operand<T> tail =
        tf.math.add(
            log,
            tf.math.mul(tf.math.sub(tf.math.div(constant(1), log), constant(1)), tf.math.log(log)));
    Operand<T> line = tf.math.add(tf.math.mul(constant(SLOPE), x), constant((1 - SLOPE) / Math.E));
    return tf.select(
        tf.math.less(x, constant(1 / Math.E)),
        x,
        tf.select(tf.math.less(x, constant(Math.E)), line, tail));
  }

  private Operand<T> constant(double value) {
    return tf.constant(type, value);
  }
}
