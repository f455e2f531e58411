// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a training went.
 *
 * @param steps the mean loss of the batches since the point before, at most a few hundred points
 * @param epochs what was measured after each epoch
 * @param bestStep the step whose weights were kept
 * @param lastStep the last step
 * @param end why it ended
 * @param seconds how long it took, with what was done before a restart
 */
public record TrainingHistory(
    List<StepLoss> steps,
    List<EpochMetrics> epochs,
    long bestStep,
    long lastStep,
    End end,
    double seconds)
    implements Serializable {

  public TrainingHistory {
    steps = List.copyOf(steps);
    epochs = List.copyOf(epochs);
  }

  /** Why training ended. */
  public enum End {
    /** After the last epoch. */
    EPOCHS,
    /** The loss on the held-out rows fell no more. */
    EARLY_STOPPING,
    /** The gradient is as small as asked for. */
    CONVERGED
  }

  /**
   * A point of the loss by step.
   *
   * @param step the last step that it is the mean of, from 1
   * @param loss with penalties
   * @param rate the rate of this step
   */
  public record StepLoss(long step, double loss, double rate) implements Serializable {}

  /**
   * What was measured after an epoch.
   *
   * @param epoch from 1
   * @param train the mean loss of its batches, with penalties
   * @param heldOut on the held-out rows; null when there are none
   */
  public record EpochMetrics(int epoch, long step, double train, @Nullable Measured heldOut)
      implements Serializable {}

  /**
   * Measured on rows.
   *
   * @param loss without penalties
   * @param metric the accuracy; for several labels the part of all labels that are right; for a
   *     number the root of the mean squared error
   */
  public record Measured(double loss, double metric) implements Serializable {}
}
