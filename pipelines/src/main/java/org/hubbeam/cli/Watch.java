package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.ProgressBar;

/** Shows how many rows went through while a pipeline runs: a bar on a terminal, else lines. */
final class Watch implements AutoCloseable {

  private static final long BAR_MILLIS = 200;
  private static final long LINE_MILLIS = 10_000;

  private final long before = RowCount.rows();
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("hubbeam-watch", true);
  private final ProgressBar bar;

  Watch(PrintWriter err) {
    RowCount.forgetFirst();
    bar = Terminal.is() ? Terminal.bar("embedding", "rows", 1) : null;
    if (bar != null) {
      every(BAR_MILLIS, () -> bar.stepTo(rows()));
    } else {
      every(LINE_MILLIS, () -> err.println(line()));
    }
  }

  private void every(long millis, Runnable action) {
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            action.run();
          }
        },
        millis,
        millis);
  }

  /** Rows since the beginning. */
  long rows() {
    return RowCount.rows() - before;
  }

  /** Seconds since the beginning. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds until the first rows; 0 where they did not go through this JVM. */
  double startSeconds() {
    return RowCount.first().isPresent() ? (RowCount.first().getAsLong() - start) / 1e9 : 0;
  }

  private String line() {
    return Numbers.count(rows())
        + " rows, "
        + Numbers.count(Math.round(rows() / seconds()))
        + " rows/s";
  }

  @Override
  public void close() {
    timer.cancel();
    if (bar != null) {
      bar.close();
    }
  }
}
