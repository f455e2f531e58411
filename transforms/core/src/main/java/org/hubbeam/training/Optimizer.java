// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * How weights are changed by their gradients. The formulas, starting values and defaults are those
 * of Keras ({@code tf_keras.optimizers}).
 */
public sealed interface Optimizer extends Serializable {

  /** The rate before warm-up and decay; 1 where a step finds its own. */
  double rate();

  /** This with another rate. */
  Optimizer withRate(double rate);

  /**
   * Adam: {@code m += (g - m)(1 - beta1)}, {@code v += (g² - v)(1 - beta2)}, {@code w -= rate ·
   * sqrt(1 - beta2^t) / (1 - beta1^t) · m / (sqrt(v) + epsilon)}.
   */
  record Adam(double rate, double beta1, double beta2, double epsilon) implements Optimizer {

    /** With beta1 0.9, beta2 0.999, epsilon 1e-7. */
    public Adam(double rate) {
      this(rate, 0.9, 0.999, 1e-7);
    }

    public Adam {
      requireRate(rate);
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
        throw new IllegalArgumentException(
            "beta1 and beta2 are from 0 to below 1 and epsilon above 0; found %s, %s and %s"
                .formatted(beta1, beta2, epsilon));
      }
    }

    @Override
    public Adam withRate(double value) {
      return new Adam(value, beta1, beta2, epsilon);
    }
  }

  /** How the momentum of {@link Sgd} counts. */
  enum Momentum {
    /** {@code w += m} */
    PLAIN,
    /** {@code w += momentum · m - rate · g} */
    NESTEROV
  }

  /**
   * Stochastic gradient descent: {@code w -= rate · g}; with momentum {@code m = momentum · m -
   * rate · g}, and then as {@link Momentum} says.
   */
  record Sgd(double rate, double momentum, Momentum kind) implements Optimizer {

    /** Without momentum. */
    public Sgd(double rate) {
      this(rate, 0, Momentum.PLAIN);
    }

    public Sgd {
      requireRate(rate);
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("momentum is from 0 to below 1, not " + momentum);
      }
    }

    @Override
    public Sgd withRate(double value) {
      return new Sgd(value, momentum, kind);
    }
  }

  /** Adagrad: {@code a += g²}, {@code w -= rate · g / sqrt(a + epsilon)}, a from {@code start}. */
  record Adagrad(double rate, double start, double epsilon) implements Optimizer {

    /** With a from 0.1, epsilon 1e-7. */
    public Adagrad(double rate) {
      this(rate, 0.1, 1e-7);
    }

    public Adagrad {
      requireRate(rate);
      if (!(start >= 0 && epsilon > 0)) {
        throw new IllegalArgumentException(
            "the accumulator starts at 0 or more and epsilon is above 0; found %s and %s"
                .formatted(start, epsilon));
      }
    }

    @Override
    public Adagrad withRate(double value) {
      return new Adagrad(value, start, epsilon);
    }
  }

  /**
   * L-BFGS over all rows at once, in double precision, for linear heads: their loss is convex, so
   * the result is the same on every machine.
   *
   * @param history how many steps the curvature is told from
   * @param maxSteps how many steps are made at most
   * @param tolerance ends when no entry of the gradient is larger
   */
  record Lbfgs(int history, int maxSteps, double tolerance) implements Optimizer {

    /** 10 steps of history, at most 1,000 steps, to a gradient of 1e-7. */
    public static final Lbfgs DEFAULT = new Lbfgs(10, 1_000, 1e-7);

    public Lbfgs {
      if (history < 1 || maxSteps < 1 || !(tolerance > 0)) {
        throw new IllegalArgumentException(
            "L-BFGS needs a history, steps and a tolerance above 0; found %d, %d and %s"
                .formatted(history, maxSteps, tolerance));
      }
    }

    @Override
    public double rate() {
      return 1;
    }

    @Override
    public Lbfgs withRate(double value) {
      throw new IllegalArgumentException("L-BFGS finds the length of its steps: it takes no rate");
    }
  }

  private static void requireRate(double rate) {
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a rate is above 0, not " + rate);
    }
  }
}
