// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintStream;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The terminal that the standard error may go to. */
final class Terminal {

  private static final int LEAST_COLUMNS = 20;

  /** The standard error itself, for lines that change. */
  static final PrintStream ERRORS = System.err;

  private Terminal() {}

  /** Whether somebody looks: the launcher tells, as Java cannot find out. */
  static boolean is() {
    return Boolean.getBoolean("hubbeam.terminal");
  }

  /**
   * Lines for the standard output, each cut to the width of the terminal that it goes to, if any.
   */
  static String fitting(String text) {
    int width = Integer.getInteger("hubbeam.columns", 0);
    if (width < LEAST_COLUMNS) {
      return text;
    }
    return text.lines()
        .map(line -> line.length() <= width ? line : line.substring(0, width - 3) + "...")
        .collect(Collectors.joining("\n"));
  }

  /** A line on the standard error that changes. */
  static ProgressBar line(Supplier<String> text) {
    return new ProgressBarBuilder()
        .setConsumer(new ConsoleProgressBarConsumer(ERRORS))
        .setInitialMax(-1)
        .setUpdateIntervalMillis(200)
        .continuousUpdate()
        .setRenderer((state, width) -> cut(text.get(), width))
        .clearDisplayOnFinish()
        .build();
  }

  /** Clears a line that changes, so that another can be printed in its place. */
  static void clearLine() {
    ERRORS.print("\r\u001B[K");
    ERRORS.flush();
  }

  private static String cut(String line, int width) {
    return line.substring(0, Math.min(width, line.length()));
  }

  /** A bar on the standard error, without an end until it is told one. */
  static ProgressBar bar(String task, String unit, long unitSize) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setConsumer(new ConsoleProgressBarConsumer(ERRORS))
        .setInitialMax(-1)
        .setUnit(" " + unit, unitSize)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .showSpeed()
        .clearDisplayOnFinish()
        .build();
  }
}
