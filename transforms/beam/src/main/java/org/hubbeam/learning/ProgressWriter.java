// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingListener;

/** Leaves in a file how far a training is: at the end of an epoch, and every second. */
final class ProgressWriter implements TrainingListener {

  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final Output output;
  private final TrainingProgress.Rows rows;
  private final List<TrainingHistory.EpochMetrics> epochs = new ArrayList<>();
  private final long begin = System.nanoTime();
  private long steps;
  private long done;
  private long resumed;
  private long written;

  /** Where it goes. */
  interface Output {
    /** Leaves how far the training is in place of what was there. */
    void write(TrainingProgress progress) throws IOException;
  }

  ProgressWriter(Output output, TrainingProgress.Rows rows) {
    this.output = output;
    this.rows = rows;
  }

  @Override
  public void started(long all, long before) {
    steps = all;
    resumed = before;
    done = before;
    write();
  }

  @Override
  public void step(TrainingHistory.StepLoss step) {
    done = step.step();
    if (System.nanoTime() - written > INTERVAL_NANOS) {
      write();
    }
  }

  @Override
  public void epoch(TrainingHistory.EpochMetrics epoch) {
    done = epoch.step();
    epochs.add(epoch);
    write();
  }

  private void write() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    try {
      output.write(new TrainingProgress(rows, steps, done, resumed, seconds, epochs));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    written = System.nanoTime();
  }
}
