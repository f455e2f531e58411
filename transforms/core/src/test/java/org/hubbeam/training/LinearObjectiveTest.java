// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients of linear heads where their training begins: at weights of 0. */
class LinearObjectiveTest {

  private static final int FEATURES = 5;
  private static final double DIFFERENCE = 1e-4;

  @TempDir private Path work;

  @ParameterizedTest
  @EnumSource(names = {"CLASSES", "LABELS", "BINARY"})
  void gradientsAreRightAtTheStart(Task task) {
    TrainingOptions options = TrainingOptions.DEFAULT.withSplit(Split.NONE);
    try (TrainingData data = data(task, options)) {
      HeadForm form = new HeadForm(task, FEATURES, data.labels(), HeadOptions.LINEAR);
      HeadFeeds feeds =
          new HeadFeeds(
              form,
              RowWeights.of(options.classWeights(), data),
              TargetScale.of(task, data.train()));
      try (LinearObjective objective = new LinearObjective(feeds, options, data.train())) {
        double[] x = new double[objective.size()];
        double[] gradient = new double[x.length];
        double[] unused = new double[x.length];
        double start = objective.evaluate(x, gradient);
        for (int i = 0; i < x.length; i++) {
          x[i] = DIFFERENCE;
          double above = objective.evaluate(x, unused);
          x[i] = -DIFFERENCE;
          double below = objective.evaluate(x, unused);
          x[i] = 0;
          assertThat(gradient[i])
              .as("entry " + i + " from " + start)
              .isCloseTo((above - below) / (2 * DIFFERENCE), within(1e-6));
        }
      }
    }
  }

  /** A class in three rows of ten, in rows told by one feature. */
  private TrainingData data(Task task, TrainingOptions options) {
    Random random = new Random(5);
    try (RowCollector rows =
        RowCollector.of(
            task,
            options,
            work,
            failure -> {
              throw new AssertionError(failure.reason());
            })) {
      for (int i = 0; i < 100; i++) {
        float[] features = new float[FEATURES];
        for (int d = 0; d < FEATURES; d++) {
          features[d] = (float) random.nextGaussian();
        }
        rows.add("row " + i, i, features, List.of(i % 10 < 3 ? "a" : "b"), 1);
      }
      return rows.finish();
    }
  }

  @Test
  void twoUnevenClassesOfManyRowsAreLearnt() {
    Random random = new Random(1);
    TrainingOptions options =
        TrainingOptions.DEFAULT.withOptimizer(Optimizer.Lbfgs.DEFAULT).withSplit(Split.NONE);
    try (RowCollector rows = RowCollector.of(Task.BINARY, options, work, failure -> {})) {
      for (int i = 0; i < 7000; i++) {
        float[] features = new float[128];
        for (int d = 0; d < features.length; d++) {
          features[d] = (float) (random.nextGaussian() / Math.sqrt(128));
        }
        rows.add("row " + i, i, features, List.of(features[0] > 0.05 ? "yes" : "no"), 1);
      }
      try (TrainingData data = rows.finish()) {
        TrainedHead trained =
            HeadTrainer.train(
                data, HeadOptions.LINEAR, options, Checkpoints.none(), TrainingListener.NONE);
        assertThat(trained.history().epochs().get(0).train()).isLessThan(0.1);
      }
    }
  }
}
