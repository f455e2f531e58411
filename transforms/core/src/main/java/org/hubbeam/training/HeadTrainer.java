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
    OptionsCheck.require(data.task(), head, options);
    HeadFeeds feeds =
        new HeadFeeds(
            form,
            RowWeights.of(options.classWeights(), data),
            TargetScale.of(data.task(), data.train()));
    String fingerprint =
        Fingerprint.of(form, options, data.train().fingerprint(), data.heldOut().fingerprint());
    TrainingLoop.Surroundings surroundings =
        new TrainingLoop.Surroundings(fingerprint, checkpoints, listener);
    TrainedHead trained =
        options.optimizer() instanceof Optimizer.Lbfgs lbfgs
            ? bySolver(data, feeds, options, lbfgs, surroundings)
            : bySteps(data, feeds, options, surroundings);
    return new TrainedHead(feeds.scale().unscaled(trained.head()), trained.history());
  }

  /**
   * Checks options before there are rows.
   *
   * @throws TrainingException when they do not fit together or the task
   */
  public static void check(Task task, HeadOptions head, TrainingOptions options) {
    OptionsCheck.require(task, head, options);
  }

  private static TrainedHead bySteps(
      TrainingData data,
      HeadFeeds feeds,
      TrainingOptions options,
      TrainingLoop.Surroundings surroundings) {
    try (FrozenHead frozen = new FrozenHead(feeds, options)) {
      RowBatches train = new RowBatches(data.train(), options.batchSize());
      @Nullable RowBatches heldOut =
          data.heldOut().rows() == 0
              ? null
              : new RowBatches(data.heldOut(), RowBatches.atATime(data.heldOut()));
      TrainingLoop.Result result =
          new TrainingLoop<>(frozen, train, heldOut, options, surroundings).run();
      return new TrainedHead(HeadGraph.head(feeds.form(), result.weights()), result.history());
    }
  }

  private static TrainedHead bySolver(
      TrainingData data,
      HeadFeeds feeds,
      TrainingOptions options,
      Optimizer.Lbfgs lbfgs,
      TrainingLoop.Surroundings surroundings) {
    try (LinearObjective objective = new LinearObjective(feeds, options, data.train())) {
      return new LinearTraining(objective, lbfgs, data.heldOut(), surroundings).run();
    }
  }
}
