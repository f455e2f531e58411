// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.function.Consumer;
import org.hubbeam.learning.TrainingProgress;

/** Looks again and again at what the worker of a training leaves in a file. */
final class TrainingWatch {

  private TrainingWatch() {}

  /** Begins to look; ends with the job. */
  static Job.Following start(String file, Consumer<TrainingProgress> shown) {
    return Watching.every(file, () -> TrainingProgress.read(file).ifPresent(shown));
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
