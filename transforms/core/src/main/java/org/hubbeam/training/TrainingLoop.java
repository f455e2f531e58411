// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.hubbeam.batch.Array;
import org.hubbeam.training.TrainingHistory.End;
import org.hubbeam.training.TrainingHistory.EpochMetrics;
import org.hubbeam.training.TrainingHistory.Measured;
import org.hubbeam.training.TrainingHistory.StepLoss;
import org.jspecify.annotations.Nullable;

/**
 * The steps and epochs of a training, whatever is trained: rates, early stopping, the best weights,
 * checkpoints and history.
 *
 * @param <B> a batch of rows
 */
final class TrainingLoop<B> {

  /** About how many points of the loss a history has. */
  private static final int POINTS = 300;

  /** What is trained. */
  interface Trainee<B> {

    /**
     * Makes a step.
     *
     * @param step from 0; dropout depends on it
     * @param factor of the rate, by the schedule
     * @return the loss with penalties before the step
     */
    double step(B batch, long step, double factor);

    /** Measures rows, at least one. */
    Measured measure(Batches<B> rows);

    /** The weights, by name: what is kept of the best epoch. */
    Map<String, Array.Dense> weights();

    /** Everything that steps change, by name, the weights included. */
    Map<String, Array.Dense> state();

    /** Sets what steps change. */
    void restore(Map<String, Array.Dense> state);
  }

  /** Rows in batches. */
  interface Batches<B> {
    /** The number of rows. */
    long rows();

    /** How many rows a batch has. */
    int size(B batch);

    /** All rows, shuffled. */
    Source<B> shuffled(long seed);

    /** All rows, in their order. */
    Source<B> all();
  }

  /** Gives one batch after the other, all full but the last. */
  interface Source<B> extends AutoCloseable {
    /** The next batch, valid until the next call; null at the end. */
    @Nullable B next();

    @Override
    void close();
  }

  /** The weights to keep and how they came about. */
  record Result(Map<String, Array.Dense> weights, TrainingHistory history) {}

  /**
   * Where a training writes its state and what it tells.
   *
   * @param fingerprint of data and options: only a state with the same is gone on with
   */
  record Surroundings(String fingerprint, Checkpoints checkpoints, TrainingListener listener) {}

  private final Trainee<B> trainee;
  private final Batches<B> train;
  private final @Nullable Batches<B> heldOut;
  private final TrainingOptions options;
  private final Surroundings surroundings;
  private final long stepsPerEpoch;
  private final long steps;
  private final List<StepLoss> points = new ArrayList<>();
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private TrainingState.Sums sums = TrainingState.Sums.NONE;
  private TrainingState.@Nullable Best best;
  private long step;
  private final CheckpointClock clock;
  private double secondsBefore;
  private final long start = System.nanoTime();

  /**
   * A training that has not begun.
   *
   * @param heldOut null when no rows are held out
   */
  TrainingLoop(
      Trainee<B> trainee,
      Batches<B> train,
      @Nullable Batches<B> heldOut,
      TrainingOptions options,
      Surroundings surroundings) {
    this.trainee = trainee;
    this.train = train;
    this.heldOut = heldOut;
    this.options = options;
    this.surroundings = surroundings;
    this.clock = new CheckpointClock(surroundings.checkpoints().interval());
    stepsPerEpoch = (train.rows() + options.batchSize() - 1) / options.batchSize();
    steps = stepsPerEpoch * options.epochs();
  }

  /**
   * Trains to the end, from the state that was written last.
   *
   * @throws TrainingException when a loss is not finite, or the state is of another training
   */
  Result run() {
    restore();
    surroundings.listener().started(steps, step);
    while (step < steps && !isStopped()) {
      epoch();
    }
    if (clock.isBehind(step)) {
      write();
    }
    Map<String, Array.Dense> weights = best == null ? trainee.weights() : best.weights();
    if (!TrainingState.isFinite(weights)) {
      throw notFinite(Double.NaN);
    }
    End end = isStopped() && step < steps ? End.EARLY_STOPPING : End.EPOCHS;
    long kept = best == null ? step : best.step();
    return new Result(weights, new TrainingHistory(points, epochs, kept, step, end, seconds()));
  }

  /** Whether early stopping ended the training, also before a restart. */
  private boolean isStopped() {
    int patience = options.earlyStopping().patience();
    return best != null && patience > 0 && epochs.size() - best.epoch() >= patience;
  }

  private void epoch() {
    long epoch = step / stepsPerEpoch;
    long seed = Split.mixed(options.seed() + epoch * 0x9e3779b97f4a7c15L);
    try (Source<B> source = train.shuffled(seed)) {
      for (long done = step % stepsPerEpoch; done > 0; done--) {
        source.next();
      }
      B batch = source.next();
      while (batch != null) {
        step(batch);
        batch = source.next();
        if (batch != null) {
          writeIfDue();
        }
      }
    }
    endEpoch((int) epoch + 1);
    writeIfDue();
  }

  private void step(B batch) {
    if (Thread.interrupted()) {
      throw new CancellationException("the training was interrupted at step " + step);
    }
    double factor = options.schedule().factor(step, steps);
    double loss = trainee.step(batch, step, factor);
    step++;
    if (!Double.isFinite(loss)) {
      throw notFinite(loss);
    }
    sums = sums.plus(loss, train.size(batch));
    long distance = Math.max(1, steps / POINTS);
    if (step % distance == 0 || step == steps) {
      StepLoss point = new StepLoss(step, sums.pointMean(), options.optimizer().rate() * factor);
      points.add(point);
      sums = sums.afterPoint();
      surroundings.listener().step(point);
    }
  }

  private void endEpoch(int epoch) {
    Measured measured = heldOut == null ? null : trainee.measure(heldOut);
    if (measured != null && !Double.isFinite(measured.loss())) {
      throw notFinite(measured.loss());
    }
    EpochMetrics metrics = new EpochMetrics(epoch, step, sums.epochMean(), measured);
    sums = sums.afterEpoch();
    epochs.add(metrics);
    if (measured != null && (best == null || measured.loss() < best.loss())) {
      best = new TrainingState.Best(trainee.weights(), measured.loss(), step, epoch);
    }
    surroundings.listener().epoch(metrics);
  }

  private TrainingException notFinite(double loss) {
    double rate =
        options.optimizer().rate() * options.schedule().factor(Math.max(0, step - 1), steps);
    return new TrainingException(
        ("the loss is %s at step %d, with the rate %s: a lower --rate, or --clipNorm, helps."
                + " The last good checkpoint is kept")
            .formatted(loss, step, (float) rate));
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - start) * 1e-9;
  }

  private void restore() {
    try (InputStream in = surroundings.checkpoints().open()) {
      if (in == null) {
        return;
      }
      TrainingState state = TrainingState.read(in, surroundings.fingerprint());
      trainee.restore(state.values());
      step = state.step();
      clock.from(step);
      sums = state.sums();
      best = state.best();
      points.addAll(state.points());
      epochs.addAll(state.epochs());
      secondsBefore = state.seconds();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeIfDue() {
    if (clock.isDue(step)) {
      write();
    }
  }

  private void write() {
    clock.write(
        surroundings,
        new TrainingState(trainee.state(), step, sums, best, points, epochs, seconds()));
  }
}
