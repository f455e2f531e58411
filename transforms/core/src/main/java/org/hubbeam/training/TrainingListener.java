// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** Hears how a training goes on, in the thread that trains. */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Training began.
   *
   * @param steps how many steps there are at most
   * @param done how many a checkpoint had
   */
  default void started(long steps, long done) {}

  /** A step was made. */
  default void step(TrainingHistory.StepLoss step) {}

  /** An epoch ended. */
  default void epoch(TrainingHistory.EpochMetrics epoch) {}
}
