// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.ResourceApplyKerasMomentum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The updates of dense variables in a graph, by the formulas of {@link Optimizer}.
 *
 * <p>Steps are fed one number, {@link #fedRate}.
 */
final class OptimizerGraph {

  private final Ops tf;
  private final Optimizer optimizer;
  private final Operand<TFloat32> rate;
  private final List<GraphVariable<TFloat32>> slots = new ArrayList<>();
  private final List<Op> updates = new ArrayList<>();

  /**
   * No updates yet.
   *
   * @param rateNode the node of the number that is fed
   */
  OptimizerGraph(Ops tf, Optimizer optimizer, String rateNode) {
    this.tf = tf;
    this.optimizer = optimizer;
    this.rate =
        tf.withName(rateNode).placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  }

  /**
   * What a step is fed: the rate, with Adam times what its moments lack because they begin at 0.
   *
   * @param rate of this step
   * @param step from 0
   */
  static float fedRate(Optimizer optimizer, double rate, long step) {
    if (optimizer instanceof Optimizer.Adam adam) {
      double first = (float) adam.beta1();
      double second = (float) adam.beta2();
      double t = step + 1.0;
      double rising = Math.sqrt(1 - Math.pow(second, t)) / (1 - Math.pow(first, t));
      // TensorFlow takes 1 - beta of the rounded beta, Keras rounds 1 - beta.
      double rounding =
          Math.sqrt((1 - second) / (1 - adam.beta2())) / ((1 - first) / (1 - adam.beta1()));
      return (float) (rate * rising * rounding);
    }
    return (float) rate;
  }

  /** The number that is fed. */
  Operand<TFloat32> rate() {
    return rate;
  }

  /** What the optimiser keeps for each variable. */
  List<GraphVariable<TFloat32>> slots() {
    return List.copyOf(slots);
  }

  /** What a step runs. */
  List<Op> updates() {
    return List.copyOf(updates);
  }

  /** Adds the update of a variable. */
  void dense(
      String node, List<Long> dims, Operand<? extends TType> handle, Operand<TFloat32> gradient) {
    if (optimizer instanceof Optimizer.Adam adam) {
      updates.add(
          tf.train.resourceApplyAdam(
              handle,
              slot(node, "m", dims, 0),
              slot(node, "v", dims, 0),
              tf.constant(0f),
              tf.constant(0f),
              rate,
              tf.constant((float) adam.beta1()),
              tf.constant((float) adam.beta2()),
              tf.constant((float) adam.epsilon()),
              gradient));
    } else if (optimizer instanceof Optimizer.Sgd sgd) {
      updates.add(
          sgd.momentum() == 0
              ? tf.train.resourceApplyGradientDescent(handle, rate, gradient)
              : tf.train.resourceApplyKerasMomentum(
                  handle,
                  slot(node, "momentum", dims, 0),
                  rate,
                  gradient,
                  tf.constant((float) sgd.momentum()),
                  ResourceApplyKerasMomentum.useNesterov(
                      sgd.kind() == Optimizer.Momentum.NESTEROV)));
    } else if (optimizer instanceof Optimizer.Adagrad adagrad) {
      adagrad(adagrad, node, dims, handle, gradient);
    } else {
      throw new IllegalArgumentException(optimizer + " is not made of steps over batches");
    }
  }

  private void adagrad(
      Optimizer.Adagrad adagrad,
      String node,
      List<Long> dims,
      Operand<? extends TType> handle,
      Operand<TFloat32> gradient) {
    GraphVariable<TFloat32> sum = variable(node, "accumulator", dims, adagrad.start());
    Operand<TFloat32> added = tf.math.add(sum.value(), tf.math.square(gradient));
    Operand<TFloat32> root =
        tf.math.sqrt(tf.math.add(added, tf.constant((float) adagrad.epsilon())));
    updates.add(tf.assignVariableOp(sum.handle(), added));
    updates.add(tf.assignSubVariableOp(handle, tf.math.div(tf.math.mul(rate, gradient), root)));
  }

  private Operand<? extends TType> slot(String node, String name, List<Long> dims, double start) {
    return variable(node, name, dims, start).handle();
  }

  private GraphVariable<TFloat32> variable(
      String node, String name, List<Long> dims, double start) {
    float[] values = new float[Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact))];
    Arrays.fill(values, (float) start);
    GraphVariable<TFloat32> slot =
        GraphVariable.add(tf, "training." + node + "." + name, TFloat32.class, dims, values);
    slots.add(slot);
    return slot;
  }

  /**
   * The factor that brings the norm of all gradients together to at most {@code clipNorm}, as
   * {@code tf.clip_by_global_norm}: 1 where it is smaller.
   *
   * @param squares the sum of the squares of each gradient, scalars
   */
  static Operand<TFloat32> clipping(Ops tf, List<Operand<TFloat32>> squares, double clipNorm) {
    Operand<TFloat32> sum = tf.constant(0f);
    for (Operand<TFloat32> square : squares) {
      sum = tf.math.add(sum, square);
    }
    Operand<TFloat32> limit = tf.constant((float) clipNorm);
    return tf.math.div(limit, tf.math.maximum(tf.math.sqrt(sum), limit));
  }
}
