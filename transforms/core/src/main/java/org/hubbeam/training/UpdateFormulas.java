// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TNumber;

/**
 * The formulas of {@link Optimizer} in a graph: new values of weights, and of what the optimizer
 * keeps for each of them.
 *
 * @param weights the new weights
 * @param slots the new values of what is kept, in the order of {@link #slots(Optimizer)}
 */
record UpdateFormulas<T extends TNumber>(Operand<T> weights, List<Operand<T>> slots) {

  /** The starting values of what an optimizer keeps for each weight. */
  static List<Double> slots(Optimizer optimizer) {
    if (optimizer instanceof Optimizer.Adam) {
      return List.of(0.0, 0.0);
    }
    if (optimizer instanceof Optimizer.Adagrad adagrad) {
      return List.of(adagrad.start());
    }
    return optimizer instanceof Optimizer.Sgd sgd && sgd.momentum() > 0 ? List.of(0.0) : List.of();
  }

  /**
   * One step.
   *
   * @param length see {@link StepLength#of}
   */
  static <T extends TNumber> UpdateFormulas<T> of(
      Ops tf,
      Optimizer optimizer,
      Operand<T> weights,
      List<Operand<T>> slots,
      Operand<T> gradient,
      Operand<T> length) {
    if (optimizer instanceof Optimizer.Adam adam) {
      Operand<T> mean = moved(tf, slots.get(0), gradient, 1 - adam.beta1());
      Operand<T> squares = moved(tf, slots.get(1), tf.math.square(gradient), 1 - adam.beta2());
      Operand<T> root = tf.math.add(tf.math.sqrt(squares), constant(tf, length, adam.epsilon()));
      return new UpdateFormulas<>(
          tf.math.sub(weights, tf.math.div(tf.math.mul(mean, length), root)),
          List.of(mean, squares));
    }
    if (optimizer instanceof Optimizer.Adagrad adagrad) {
      Operand<T> sum = tf.math.add(slots.get(0), tf.math.square(gradient));
      Operand<T> root = tf.math.sqrt(tf.math.add(sum, constant(tf, length, adagrad.epsilon())));
      return new UpdateFormulas<>(
          tf.math.sub(weights, tf.math.div(tf.math.mul(gradient, length), root)), List.of(sum));
    }
    if (!(optimizer instanceof Optimizer.Sgd sgd)) {
      throw new TrainingException("L-BFGS trains heads alone; a module needs adam, sgd or adagrad");
    }
    Operand<T> down = tf.math.mul(gradient, length);
    if (sgd.momentum() == 0) {
      return new UpdateFormulas<>(tf.math.sub(weights, down), List.of());
    }
    Operand<T> momentum = constant(tf, length, sgd.momentum());
    Operand<T> moved = tf.math.sub(tf.math.mul(slots.get(0), momentum), down);
    Operand<T> by =
        sgd.kind() == Optimizer.Momentum.NESTEROV
            ? tf.math.sub(tf.math.mul(moved, momentum), down)
            : moved;
    return new UpdateFormulas<>(tf.math.add(weights, by), List.of(moved));
  }

  private static <T extends TNumber> Operand<T> moved(
      Ops tf, Operand<T> from, Operand<T> to, double part) {
    return tf.math.add(from, tf.math.mul(tf.math.sub(to, from), constant(tf, from, part)));
  }

  private static <T extends TNumber> Operand<T> constant(Ops tf, Operand<T> like, double value) {
    return tf.dtypes.cast(tf.constant(value), like.type());
  }
}
