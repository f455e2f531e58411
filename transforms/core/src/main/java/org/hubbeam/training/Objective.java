// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * F of an ensemble and its parts: {@code F = loss + complexity}.
 *
 * @param loss the mean of the losses of the rows, each times its weight
 * @param complexity what the weights of the members cost
 * @param metric of the rows, as {@link TrainingHistory.Measured} has it
 */
public record Objective(double loss, double complexity, double metric) implements Serializable {

  /** F. */
  public double value() {
    return loss + complexity;
  }
}
