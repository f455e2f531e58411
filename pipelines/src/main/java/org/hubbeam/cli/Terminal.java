// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/** The terminal that the standard error may go to. */
final class Terminal {

  private Terminal() {}

  /** Whether somebody looks: the launcher tells, as Java cannot find out. */
  static boolean is() {
    return Boolean.getBoolean("hubbeam.terminal");
  }

  /**
   * A line on the standard error that changes as rows go through, of which nobody knows how many.
   */
  static ProgressBar rows(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(-1)
        .setUpdateIntervalMillis(200)
        .setRenderer(Terminal::line)
        .clearDisplayOnFinish()
        .build();
  }

  private static String line(ProgressState state, int width) {
    String message = state.getExtraMessage();
    ProgressDisplay.Seen seen =
        new ProgressDisplay.Seen(state.getCurrent(), state.getTotalElapsed().toMillis() / 1e3);
    return line(message.isEmpty() ? state.getTaskName() : message, seen, width);
  }

  static String line(String task, ProgressDisplay.Seen seen, int width) {
    String line = task + "  " + seen.since(new ProgressDisplay.Seen(0, 0));
    return line.substring(0, Math.min(width, line.length()));
  }

  /** A bar on the standard error, without an end until it is told one. */
  static ProgressBar bar(String task, String unit, long unitSize) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(-1)
        .setUnit(" " + unit, unitSize)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .showSpeed()
        .clearDisplayOnFinish()
        .build();
  }
}
