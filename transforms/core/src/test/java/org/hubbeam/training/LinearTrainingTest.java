// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.hubbeam.training.TrainingHistory.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linear heads by L-BFGS. */
class LinearTrainingTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Task.class,
      names = {"CLASSES", "BINARY", "NUMBER"})
  void weightsAreThoseOfScikitLearn(Task task) {
    JsonNode golden = HeadGoldens.ALL.get("regressions").get(task.name());
    TrainedHead trained =
        HeadTrainer.train(
            data(task),
            HeadOptions.LINEAR,
            options(task),
            Checkpoints.none(),
            TrainingListener.NONE);
    assertThat(trained.history().end()).isEqualTo(End.CONVERGED);
    Layer layer = trained.head().layers().get(0);
    float[] weights = HeadGoldens.floats(golden.get("weights"));
    for (int i = 0; i < weights.length; i++) {
      assertThat(layer.weights()[i]).isCloseTo(weights[i], within(1e-5f));
    }
    float[] bias = HeadGoldens.floats(golden.get("bias"));
    for (int i = 0; i < bias.length; i++) {
      assertThat(layer.bias()[i]).isCloseTo(bias[i], within(1e-5f * (1 + Math.abs(bias[i]))));
    }
  }

  /**
   * scikit-learn has the sum of the losses: {@code C sum + |w|²/2} and {@code sum + alpha |w|²}.
   */
  private static TrainingOptions options(Task task) {
    JsonNode golden = HeadGoldens.ALL.get("regressions").get(task.name());
    double l2 =
        task == Task.NUMBER
            ? golden.get("alpha").asDouble() / 60
            : 1 / (2 * golden.get("c").asDouble() * 60);
    return TrainingOptions.DEFAULT
        .withSplit(Split.NONE)
        .withOptimizer(Optimizer.Lbfgs.DEFAULT)
        .withPenalties(TrainingOptions.Penalties.NONE.withL2(l2));
  }

  private static TrainingData data(Task task) {
    ArrayRows rows = HeadGoldens.rows(task);
    if (task == Task.NUMBER) {
      rows =
          new ArrayRows(
              rows.values(),
              column(HeadGoldens.floats(HeadGoldens.ALL.get("number"))),
              rows.weights());
    }
    TrainingRows none = new ArrayRows(new float[][] {}, new float[][] {}, new float[] {});
    return new TrainingData(task, HeadGoldens.labels(task), rows, none, () -> {});
  }

  private static float[][] column(float[] values) {
    float[][] rows = new float[values.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {values[i]};
    }
    return rows;
  }

  @Test
  void aRestartedTrainingEndsInTheSameHead() {
    Checkpoints checkpoints =
        Checkpoints.inFile(
            folder.resolve("state"), new Checkpoints.Interval(3, Duration.ofDays(1)));
    TrainedHead whole =
        HeadTrainer.train(
            data(Task.CLASSES),
            HeadOptions.LINEAR,
            options(Task.CLASSES),
            Checkpoints.none(),
            TrainingListener.NONE);
    assertThat(whole.history().lastStep()).isGreaterThan(10);
    TrainingListener killer =
        new TrainingListener() {
          @Override
          public void step(TrainingHistory.StepLoss step) {
            if (step.step() == 8) {
              throw new IllegalStateException("killed");
            }
          }
        };
    try {
      HeadTrainer.train(
          data(Task.CLASSES), HeadOptions.LINEAR, options(Task.CLASSES), checkpoints, killer);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }
    long[] done = {0};
    TrainedHead restarted =
        HeadTrainer.train(
            data(Task.CLASSES),
            HeadOptions.LINEAR,
            options(Task.CLASSES),
            checkpoints,
            counter(done));
    assertThat(done[0]).isEqualTo(6);
    assertSame(restarted, whole);
    TrainedHead ended =
        HeadTrainer.train(
            data(Task.CLASSES),
            HeadOptions.LINEAR,
            options(Task.CLASSES),
            checkpoints,
            counter(done));
    assertThat(done[0]).isEqualTo(whole.history().lastStep());
    assertSame(ended, whole);
  }

  private static TrainingListener counter(long[] done) {
    return new TrainingListener() {
      @Override
      public void started(long steps, long before) {
        done[0] = before;
      }
    };
  }

  private static void assertSame(TrainedHead trained, TrainedHead wanted) {
    assertThat(trained.head().layers().get(0).weights())
        .isEqualTo(wanted.head().layers().get(0).weights());
    assertThat(trained.history().steps()).isEqualTo(wanted.history().steps());
    assertThat(trained.history().end()).isEqualTo(wanted.history().end());
  }
}
