package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/** Shows how many rows went through while a pipeline runs: a bar on a terminal, else lines. */
final class Watch implements AutoCloseable {

  private static final int SECONDS_BETWEEN_LINES = 10;

  private final long before = RowCount.rows();
  private final long start = System.nanoTime();
  private final ScheduledExecutorService timer;
  private final ProgressBar bar;

  Watch(PrintWriter err) {
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "hubbeam-watch");
              thread.setDaemon(true);
              return thread;
            });
    bar = Terminal.is() ? Terminal.bar("embedding", "rows", 1) : null;
    if (bar != null) {
      timer.scheduleAtFixedRate(() -> bar.stepTo(rows()), 200, 200, TimeUnit.MILLISECONDS);
    } else {
      timer.scheduleAtFixedRate(
          () -> err.println(line()),
          SECONDS_BETWEEN_LINES,
          SECONDS_BETWEEN_LINES,
          TimeUnit.SECONDS);
    }
  }

  /** Rows since the beginning. */
  long rows() {
    return RowCount.rows() - before;
  }

  /** Seconds since the beginning. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  private String line() {
    return Numbers.count(rows())
        + " rows, "
        + Numbers.count(Math.round(rows() / seconds()))
        + " rows/s";
  }

  @Override
  public void close() {
    timer.shutdownNow();
    if (bar != null) {
      bar.close();
    }
  }
}
