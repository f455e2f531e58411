package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows how many rows went through while a pipeline runs: a bar on a terminal, else lines, the
 * first soon and the later ones less and less often.
 */
final class Watch implements AutoCloseable {

  private static final long LOOK_MILLIS = 200;
  private static final double FIRST_LINE = 2;
  private static final double LATER_LINES = 60;

  private final long before = RowCount.rows();
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("hubbeam-watch", true);
  private final PrintWriter err;
  private final ProgressBar bar;
  private Seen last = new Seen(0, 0);
  private double due = FIRST_LINE;

  /** How many rows had gone through after so many seconds. */
  record Seen(long rows, double seconds) {

    /** A line for people; the speed is that since an earlier look. */
    String since(Seen earlier) {
      if (rows == 0) {
        return "no rows yet after " + Numbers.seconds(seconds);
      }
      double speed = (rows - earlier.rows) / Math.max(seconds - earlier.seconds, 1e-3);
      return Numbers.count(rows)
          + " rows after "
          + Numbers.seconds(seconds)
          + ", "
          + Numbers.count(Math.round(speed))
          + " rows/s";
    }
  }

  Watch(PrintWriter err, String what) {
    this.err = err;
    bar = Terminal.is() ? Terminal.bar("embedding", "rows", 1) : null;
    if (bar == null) {
      err.println(what);
    }
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            look();
          }
        },
        LOOK_MILLIS,
        LOOK_MILLIS);
  }

  private void look() {
    Seen now = new Seen(rows(), seconds());
    if (bar != null) {
      bar.stepTo(now.rows);
    } else if (now.seconds >= due) {
      err.println(now.since(last));
      due = next(now.seconds);
      last = now;
    }
  }

  /** When the next line is due, after one at this second. */
  static double next(double seconds) {
    return seconds + Math.min(seconds, LATER_LINES);
  }

  private long rows() {
    return RowCount.rows() - before;
  }

  /** Seconds since the beginning. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    timer.cancel();
    if (bar != null) {
      bar.close();
    }
  }
}
