// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;
import org.hubbeam.learning.TrainingProgress;

/** Looks again and again at what the worker of a training leaves in a file. */
final class TrainingWatch {

  private static final long LOCAL_MILLIS = 300;
  private static final long REMOTE_MILLIS = 5_000;

  private TrainingWatch() {}

  /** Begins to look; ends with the job. */
  static Job.Following start(String file, Consumer<TrainingProgress> shown) {
    long interval = Locations.isLocal(file) ? LOCAL_MILLIS : REMOTE_MILLIS;
    Timer timer = new Timer("hubbeam-training", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            try {
              TrainingProgress.read(file).ifPresent(shown);
            } catch (IOException | UncheckedIOException e) {
              // It is being replaced; it is there the next time.
            }
          }
        },
        interval,
        interval);
    return timer::cancel;
  }

  /** How far a training is. */
  static String steps(TrainingProgress progress, int batchSize) {
    String resumed =
        progress.resumed() == 0
            ? ""
            : ", the first " + Formatting.count(progress.resumed()) + " by an earlier run";
    return "step "
        + Formatting.count(progress.done())
        + " of at most "
        + Formatting.count(progress.steps())
        + resumed
        + EpochLine.speed(progress, batchSize);
  }
}
