// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** Whether options fit together. */
final class OptionsCheck {

  private OptionsCheck() {}

  /**
   * Checks options.
   *
   * @throws TrainingException naming two that do not fit
   */
  static void require(HeadForm form, TrainingOptions options) {
    if (options.labelSmoothing() > 0 && form.task() == Task.NUMBER) {
      throw new TrainingException("label smoothing is for labels, not for numbers");
    }
    if (form.options().dropout() > 0 && form.options().isLinear()) {
      throw new TrainingException("dropout is for hidden layers: give their sizes (--hidden)");
    }
    if (options.optimizer() instanceof Optimizer.Lbfgs) {
      if (!form.options().isLinear()) {
        throw new TrainingException(
            "L-BFGS is for linear heads, whose loss is convex: leave out the hidden layers, or use"
                + " another optimizer");
      }
      if (options.penalties().l1() > 0) {
        throw new TrainingException("L-BFGS takes L2, not L1: use another optimizer for L1");
      }
      if (options.clipNorm() != null || !options.schedule().equals(Schedule.CONSTANT)) {
        throw new TrainingException(
            "L-BFGS finds the length of its steps: it takes no warm-up, decay or clipping");
      }
    }
  }
}
