// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.IOException;
import java.io.UncheckedIOException;

/** When a state is to be written, and its writing. */
final class CheckpointClock {

  private final Checkpoints.Interval interval;
  private long step;
  private long time = System.nanoTime();

  CheckpointClock(Checkpoints.Interval interval) {
    this.interval = interval;
  }

  /** Takes note of the step with which training goes on. */
  void from(long restored) {
    step = restored;
  }

  /** Whether a state is to be written after so many steps. */
  boolean isDue(long steps) {
    return steps - step >= interval.steps()
        || (System.nanoTime() - time) * 1e-9 >= interval.time().toSeconds();
  }

  /** Whether steps were made since a state was written. */
  boolean isBehind(long steps) {
    return steps > step;
  }

  /** Writes a state, unless it has a value that is not finite. */
  void write(TrainingLoop.Surroundings to, TrainingState state) {
    if (TrainingState.isFinite(state.values())) {
      try {
        to.checkpoints().write(out -> state.write(out, to.fingerprint()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      step = state.step();
      time = System.nanoTime();
    }
  }
}
