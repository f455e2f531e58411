// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

/** Trains heads on rows of vectors. */
public final class HeadTrainer {

  private HeadTrainer() {}

  /**
   * Trains a head. Where {@code checkpoints} have a state, training goes on from there, and ends in
   * the same head.
   *
   * @throws TrainingException when the loss is not finite, or when the state is of another training
   */
  public static TrainedHead train(
      TrainingData data,
      HeadOptions head,
      TrainingOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    throw new UnsupportedOperationException();
  }
}
