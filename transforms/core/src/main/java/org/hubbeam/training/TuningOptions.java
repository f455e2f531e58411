// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;

/**
 * How a module is trained with its head, beside {@link TrainingOptions}.
 *
 * @param variables which of the module's variables are trained
 * @param rate the rate of these before warm-up and decay; the optimizer's own is the head's
 * @param headEpochs how many of the epochs the head is trained alone, from the first on; the module
 *     is called as it is used then, with {@code training=false}
 */
public record TuningOptions(VariablePatterns variables, double rate, int headEpochs)
    implements Serializable {

  /** All trainable variables at a rate of 0.001, from the first epoch on. */
  public static final TuningOptions DEFAULT = new TuningOptions(VariablePatterns.ALL, 0.001, 0);

  public TuningOptions {
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the rate of a module is above 0, not " + rate);
    }
    if (headEpochs < 0) {
      throw new IllegalArgumentException(
          "the head is trained alone for 0 epochs or more, not " + headEpochs);
    }
  }

  /** Sets which variables are trained. */
  public TuningOptions withVariables(VariablePatterns value) {
    return new TuningOptions(value, rate, headEpochs);
  }

  /** Sets the rate of the module. */
  public TuningOptions withRate(double value) {
    return new TuningOptions(variables, value, headEpochs);
  }

  /** Sets how many epochs the head is trained alone. */
  public TuningOptions withHeadEpochs(int value) {
    return new TuningOptions(variables, rate, value);
  }
}
