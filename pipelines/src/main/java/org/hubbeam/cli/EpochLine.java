// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Locale;
import org.hubbeam.learning.TrainingProgress;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;

/** Lines that tell how a training goes on. */
final class EpochLine {

  private EpochLine() {}

  /** What the metric of a task is called, with its value. */
  static String metric(Task task, double value) {
    String name =
        switch (task) {
          case CLASSES, BINARY -> "accuracy";
          case LABELS -> "accuracy of labels";
          case NUMBER -> "root mean squared error";
        };
    return String.format(Locale.ROOT, task == Task.NUMBER ? "%s %.4g" : "%s %.4f", name, value);
  }

  /** An epoch: its loss, and what the held-out rows tell. */
  static String of(Task task, TrainingHistory.EpochMetrics epoch) {
    TrainingHistory.Measured held = epoch.heldOut();
    return String.format(Locale.ROOT, "epoch %d: loss %.4f", epoch.epoch(), epoch.train())
        + (held == null
            ? ""
            : String.format(
                Locale.ROOT,
                ", held out: loss %.4f, %s",
                held.loss(),
                metric(task, held.metric())));
  }

  /** How fast a training goes. */
  static String speed(TrainingProgress progress, int batchSize) {
    double rows = (double) (progress.done() - progress.resumed()) * batchSize;
    return progress.seconds() < 0.1
        ? ""
        : Formatting.speed(Math.round(rows), progress.seconds()).map(s -> ", " + s).orElse("");
  }
}
