// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hubbeam.training.TrainingHistory.End;
import org.hubbeam.training.TrainingHistory.EpochMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadTrainerTest {

  private static final HeadOptions HIDDEN =
      HeadOptions.LINEAR.withHidden(List.of(12)).withDropout(0.2);
  private static final TrainingOptions SHORT =
      TrainingOptions.DEFAULT.withOptimizer(new Optimizer.Adam(0.01)).withEpochs(4).withSeed(3);

  @TempDir Path folder;

  private TrainingData data(int count, int classes) {
    return data(Task.CLASSES, Clouds.rows(count, 6, classes));
  }

  private TrainingData data(Task task, List<Clouds.Row> rows) {
    try (RowCollector collector = RowCollector.of(task, SHORT, folder, failure -> {})) {
      Clouds.add(collector, rows);
      return collector.finish();
    }
  }

  private static TrainedHead train(TrainingData data, HeadOptions head, TrainingOptions options) {
    return HeadTrainer.train(data, head, options, Checkpoints.none(), TrainingListener.NONE);
  }

  private static void assertSame(Head actual, Head expected) {
    assertThat(actual.layers()).hasSameSizeAs(expected.layers());
    for (int i = 0; i < actual.layers().size(); i++) {
      assertThat(actual.layers().get(i).weights()).isEqualTo(expected.layers().get(i).weights());
      assertThat(actual.layers().get(i).bias()).isEqualTo(expected.layers().get(i).bias());
    }
  }

  @Test
  void theDefaultsSeparateAHundredRows() {
    TrainedHead trained =
        train(data(100, 2), HeadOptions.DEFAULT, TrainingOptions.DEFAULT.withSeed(1));
    int right = 0;
    for (Clouds.Row row : Clouds.rows(1_000, 6, 2).subList(100, 1_000)) {
      float[] scores = trained.head().scores(row.features());
      right += (scores[1] > scores[0] ? "c1" : "c0").equals(row.label()) ? 1 : 0;
    }
    assertThat(right / 900.0).isGreaterThan(0.9);
  }

  @Test
  void theSameRowsAndSeedGiveTheSameHead() {
    List<Clouds.Row> rows = Clouds.rows(300, 6, 3);
    Head head = train(data(Task.CLASSES, rows), HIDDEN, SHORT).head();
    assertSame(train(data(Task.CLASSES, Clouds.reversed(rows)), HIDDEN, SHORT).head(), head);
    TrainingOptions threads = SHORT.withResources(TrainingOptions.Resources.DEFAULT.withThreads(2));
    float[] parallel = train(data(300, 3), HIDDEN, threads).head().layers().get(0).weights();
    for (int i = 0; i < parallel.length; i++) {
      assertThat(parallel[i]).isCloseTo(head.layers().get(0).weights()[i], within(1e-5f));
    }
    Head other = train(data(300, 3), HIDDEN, SHORT.withSeed(4)).head();
    assertThat(other.layers().get(0).weights()).isNotEqualTo(head.layers().get(0).weights());
  }

  @Test
  void aRestartedTrainingEndsInTheSameHead() throws IOException {
    TrainedHead whole = train(data(300, 3), HIDDEN, SHORT);
    Checkpoints checkpoints =
        Checkpoints.inFile(
            folder.resolve("some/state"), new Checkpoints.Interval(3, Duration.ofDays(1)));
    List<Long> done = new ArrayList<>();
    for (int killed : new int[] {4, 12, 21}) {
      assertThatThrownBy(
              () ->
                  HeadTrainer.train(data(300, 3), HIDDEN, SHORT, checkpoints, killer(killed, done)))
          .hasMessage("killed");
    }
    TrainedHead restarted =
        HeadTrainer.train(data(300, 3), HIDDEN, SHORT, checkpoints, killer(1_000, done));
    assertThat(done).containsExactly(0L, 3L, 9L, 18L);
    assertSame(restarted.head(), whole.head());
    assertThat(restarted.history().steps()).isEqualTo(whole.history().steps());
    assertThat(restarted.history().epochs()).isEqualTo(whole.history().epochs());
    assertThat(restarted.history().bestStep()).isEqualTo(whole.history().bestStep());
    TrainedHead ended =
        HeadTrainer.train(data(300, 3), HIDDEN, SHORT, checkpoints, killer(0, done));
    assertThat(done.get(done.size() - 1)).isEqualTo(whole.history().lastStep());
    assertSame(ended.head(), whole.head());
    assertThat(ended.history().end()).isEqualTo(whole.history().end());
    assertThatThrownBy(
            () ->
                HeadTrainer.train(
                    data(300, 3), HIDDEN, SHORT.withSeed(9), checkpoints, TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(
            "the checkpoint is of another training: it has seed 3, this one seed 9");
    byte[] bytes = Files.readAllBytes(folder.resolve("some/state"));
    Files.write(folder.resolve("some/state"), Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(
            () ->
                HeadTrainer.train(data(300, 3), HIDDEN, SHORT, checkpoints, TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the checkpoint is cut off");
    checkpoints.delete();
    try (InputStream none = checkpoints.open()) {
      assertThat(none).isNull();
    }
  }

  private static TrainingListener killer(int at, List<Long> done) {
    return new TrainingListener() {
      @Override
      public void started(long steps, long before) {
        done.add(before);
      }

      @Override
      public void step(TrainingHistory.StepLoss step) {
        if (step.step() == at) {
          throw new IllegalStateException("killed");
        }
      }
    };
  }

  @Test
  void theBestEpochIsKept() {
    TrainingOptions options =
        SHORT
            .withOptimizer(new Optimizer.Adam(0.3))
            .withEpochs(50)
            .withEarlyStopping(new EarlyStopping(3));
    TrainingData data = data(100, 4);
    TrainedHead trained = train(data, HIDDEN.withDropout(0), options);
    assertThat(trained.history().end()).isEqualTo(End.EARLY_STOPPING);
    List<EpochMetrics> epochs = trained.history().epochs();
    EpochMetrics best = epochs.get(epochs.size() - 4);
    assertThat(trained.history().bestStep()).isEqualTo(best.step());
    assertThat(accuracy(trained.head(), data.heldOut()))
        .isCloseTo(best.heldOut().metric(), within(1e-6));
  }

  private static double accuracy(Head head, TrainingRows rows) {
    RowBatch batch = new RowBatch(1, rows);
    int right = 0;
    try (TrainingRows.Cursor cursor = rows.cursor()) {
      while (cursor.next(batch)) {
        float[] logits = head.logits(batch.featureValues());
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
          best = logits[i] > logits[best] ? i : best;
        }
        right += best == (int) batch.targetValues()[0] ? 1 : 0;
      }
    }
    return (double) right / rows.rows();
  }

  @Test
  void aLossThatIsNotFiniteStops() throws IOException {
    Checkpoints checkpoints =
        Checkpoints.inFile(
            folder.resolve("state"), new Checkpoints.Interval(1, Duration.ofDays(1)));
    TrainingOptions wild =
        SHORT.withOptimizer(new Optimizer.Sgd(1e30)).withEpochs(3).withBatchSize(10);
    assertThatThrownBy(
            () -> HeadTrainer.train(data(300, 3), HIDDEN, wild, checkpoints, TrainingListener.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "the loss is (NaN|Infinity) at step \\d+, with the rate 1.0E30: a lower"
                + " --rate, or --clipNorm, helps\\. The last good checkpoint is kept");
    try (InputStream state = checkpoints.open()) {
      assertThat(state).isNotNull();
    }
  }

  @Test
  void numbersKeepTheirUnits() {
    List<Clouds.Row> rows = new ArrayList<>();
    for (Clouds.Row row : Clouds.rows(400, 6, 2)) {
      float[] x = row.features();
      rows.add(
          new Clouds.Row(row.hash(), x, Float.toString(250_000 + 40_000 * x[0] - 20_000 * x[1])));
    }
    TrainedHead trained = train(data(Task.NUMBER, rows), HeadOptions.LINEAR, SHORT.withEpochs(60));
    Layer layer = trained.head().layers().get(0);
    assertThat(layer.weights()[0]).isCloseTo(40_000, within(200f));
    assertThat(layer.bias()[0]).isCloseTo(250_000, within(300f));
    EpochMetrics last = trained.history().epochs().get(trained.history().epochs().size() - 1);
    assertThat(last.heldOut().metric()).as("the error in units").isLessThan(1_000);
  }

  @Test
  void balancedClassesFindTheRareOne() {
    List<Clouds.Row> rows = new ArrayList<>();
    for (Clouds.Row row : Clouds.rows(1_000, 1, 2)) {
      if (row.label().equals("c0") || row.hash() % 20 == 1) {
        rows.add(row);
      }
    }
    TrainingData data = data(Task.BINARY, rows);
    TrainingOptions options =
        SHORT
            .withOptimizer(Optimizer.Lbfgs.DEFAULT)
            .withPenalties(TrainingOptions.Penalties.NONE.withL2(1e-4));
    double[] plain = scores(train(data, HeadOptions.LINEAR, options).head(), data);
    // Where the loss is least, scores sum up to the labels, by their weights.
    assertThat(plain[0] + plain[1]).isCloseTo(plain[3], within(1e-3));
    double[] balanced =
        scores(
            train(data, HeadOptions.LINEAR, options.withClassWeights(ClassWeights.BALANCED)).head(),
            data);
    assertThat(balanced[0] / balanced[2] + balanced[1] / balanced[3]).isCloseTo(1, within(1e-4));
    assertThatThrownBy(
            () ->
                train(
                    data,
                    HeadOptions.LINEAR,
                    SHORT.withClassWeights(new ClassWeights.Given(Map.of("c7", 2.0)))))
        .hasMessageContaining("a weight for the class 'c7', which no row has");
  }

  /** The sum of the scores of both classes, and their rows. */
  private static double[] scores(Head head, TrainingData data) {
    RowBatch batch = new RowBatch(1, data.train());
    double[] sums = new double[4];
    try (TrainingRows.Cursor cursor = data.train().cursor()) {
      while (cursor.next(batch)) {
        int label = (int) batch.targetValues()[0];
        sums[label] += head.scores(batch.featureValues())[0];
        sums[2 + label]++;
      }
    }
    return sums;
  }

  @Test
  void optionsThatDoNotFitAreRefused() {
    TrainingOptions lbfgs = SHORT.withOptimizer(Optimizer.Lbfgs.DEFAULT);
    assertThatThrownBy(() -> train(data(50, 2), HIDDEN, lbfgs))
        .hasMessageContaining("L-BFGS is for linear heads");
    assertThatThrownBy(
            () ->
                train(
                    data(50, 2),
                    HeadOptions.LINEAR,
                    lbfgs.withPenalties(TrainingOptions.Penalties.NONE.withL1(0.1))))
        .hasMessageContaining("L-BFGS takes L2, not L1");
    assertThatThrownBy(() -> train(data(50, 2), HeadOptions.LINEAR.withDropout(0.5), SHORT))
        .hasMessageContaining("dropout is for hidden layers");
  }

  @Test
  void ratesRiseAndFall() {
    Schedule linear = new Schedule(10, Schedule.Decay.LINEAR, 0.1);
    assertThat(linear.factor(0, 111)).isCloseTo(0.1, within(1e-12));
    assertThat(linear.factor(9, 111)).isCloseTo(1, within(1e-12));
    assertThat(linear.factor(60, 111)).isCloseTo(0.55, within(1e-12));
    assertThat(linear.factor(110, 111)).isCloseTo(0.1, within(1e-12));
    Schedule cosine = new Schedule(0, Schedule.Decay.COSINE, 0);
    assertThat(cosine.factor(50, 101)).isCloseTo(0.5, within(1e-12));
    Schedule exponential = new Schedule(0, Schedule.Decay.EXPONENTIAL, 0.01);
    assertThat(exponential.factor(50, 101)).isCloseTo(0.1, within(1e-12));
  }
}
