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
  static void require(Task task, HeadOptions head, TrainingOptions options) {
    if (options.labelSmoothing() > 0 && task == Task.NUMBER) {
      throw new TrainingException("label smoothing is for labels, not for numbers");
    }
    if (head.dropout() > 0 && head.isLinear()) {
      throw new TrainingException("dropout is for hidden layers: give their sizes (--hidden)");
    }
    if (!options.classWeights().equals(ClassWeights.NONE)
        && task != Task.CLASSES
        && task != Task.BINARY) {
      throw new TrainingException(
          "class weights are for one of several classes, not for the task " + task);
    }
    if (options.optimizer() instanceof Optimizer.Lbfgs) {
      if (!head.isLinear()) {
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
