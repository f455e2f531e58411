// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import org.jspecify.annotations.Nullable;

/** Trains heads on rows of vectors. */
public final class HeadTrainer {

  private HeadTrainer() {}

  /**
   * Trains a head. Where {@code checkpoints} have a state, training goes on from there, and ends in
   * the same head.
   *
   * @throws TrainingException when the loss is not finite, the options do not fit together or the
   *     data, or the state is of another training
   */
  public static TrainedHead train(
      TrainingData data,
      HeadOptions head,
      TrainingOptions options,
      Checkpoints checkpoints,
      TrainingListener listener) {
    HeadForm form = new HeadForm(data.task(), data.train().features(), data.labels(), head);
    OptionsCheck.require(form, options);
    TargetScale scale = TargetScale.of(data.task(), data.train());
    RowWeights rowWeights = RowWeights.of(options.classWeights(), data);
    String fingerprint =
        Fingerprint.of(form, options, data.train().fingerprint(), data.heldOut().fingerprint());
    TrainingLoop.Surroundings surroundings =
        new TrainingLoop.Surroundings(fingerprint, checkpoints, listener);
    try (FrozenHead frozen = new FrozenHead(form, options, rowWeights, scale)) {
      RowBatches train = new RowBatches(data.train(), options.batchSize());
      @Nullable RowBatches heldOut =
          data.heldOut().rows() == 0 ? null : new RowBatches(data.heldOut(), 1024);
      TrainingLoop.Result result =
          new TrainingLoop<>(frozen, train, heldOut, options, surroundings).run();
      Head trained = scale.unscaled(HeadGraph.head(form, result.weights()));
      return new TrainedHead(trained, result.history());
    }
  }
}
