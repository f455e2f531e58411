// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** The number that a step of an optimizer is fed. */
final class StepLength {

  private StepLength() {}

  /**
   * The rate, with Adam times what its moments lack because they begin at 0.
   *
   * @param rate of this step
   * @param step from 0
   */
  static float of(Optimizer optimizer, double rate, long step) {
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
}
