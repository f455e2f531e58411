// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many rows went through while a pipeline runs: a bar on a terminal, else lines, the
 * first soon and the later ones less and less often.
 */
final class ProgressDisplay implements AutoCloseable {

  private static final long LOOK_MILLIS = 200;
  private static final double FIRST_LINE = 2;
  private static final double LATER_LINES = 60;

  private final List<Stage> stages;
  private final Map<String, Long> before = new HashMap<>();
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("hubbeam-watch", true);
  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private Stage stage;
  private Seen last = new Seen(0, 0);
  private double due = FIRST_LINE;

  /**
   * What a pipeline does with all rows before it does the next.
   *
   * @param name what is done: {@code analyzing}
   * @param counters those of {@link RowCount} that see the rows
   */
  record Stage(String name, List<String> counters) {
    Stage {
      counters = List.copyOf(counters);
    }
  }

  /** How many rows had gone through after so many seconds. */
  record Seen(long rows, double seconds) {

    /** A line for people; the speed is that since an earlier look. */
    String since(Seen earlier) {
      if (rows == 0) {
        return "no rows yet after " + Formatting.seconds(seconds);
      }
      double speed = (rows - earlier.rows) / Math.max(seconds - earlier.seconds, 1e-3);
      return Formatting.count(rows)
          + " rows after "
          + Formatting.seconds(seconds)
          + ", "
          + Formatting.count(Math.round(speed))
          + " rows/s";
    }
  }

  /**
   * @param what is told at once
   * @param stages from the first to the last
   */
  ProgressDisplay(PrintWriter err, String what, List<Stage> stages) {
    this.err = err;
    this.stages = List.copyOf(stages);
    this.stage = stages.get(0);
    for (Stage any : stages) {
      for (String counter : any.counters) {
        before.put(counter, RowCount.rows(counter));
        RowCount.forgetFirst(counter);
      }
    }
    bar = Terminal.is() ? Terminal.rows(stage.name) : null;
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
    Stage begun = stages.stream().filter(s -> rows(s) > 0).reduce(stage, (a, b) -> b);
    if (!begun.equals(stage)) {
      last = new Seen(0, seconds());
      stage = begun;
    }
    Seen now = new Seen(rows(stage), seconds());
    if (bar != null) {
      bar.stepTo(now.rows);
      if (stages.size() > 1) {
        bar.setExtraMessage(stage.name);
      }
    } else if (now.seconds >= due) {
      err.println((stages.size() > 1 ? stage.name + ": " : "") + now.since(last));
      due = next(now.seconds);
      last = now;
    }
  }

  /** When the next line is due, after one at this second. */
  static double next(double seconds) {
    return seconds + Math.min(seconds, LATER_LINES);
  }

  private long rows(Stage of) {
    return of.counters.stream().mapToLong(c -> RowCount.rows(c) - before.getOrDefault(c, 0L)).sum();
  }

  /** How long it has taken until now. */
  RunDuration took() {
    double first =
        stages.stream()
            .flatMap(s -> s.counters.stream())
            .flatMapToLong(c -> RowCount.first(c).stream())
            .mapToDouble(nanos -> (nanos - start) / 1e9)
            .min()
            .orElse(0);
    return new RunDuration(seconds(), first);
  }

  private double seconds() {
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
