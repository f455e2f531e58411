// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a pipeline is while it runs: a changing line on a terminal, else lines, the first
 * soon and the later ones less and less often. It sees the rows that go through {@link RowCount} in
 * this process; of a job elsewhere, what it is told.
 */
final class ProgressDisplay implements JobWatch, AutoCloseable {

  private static final long LOOK_MILLIS = 200;
  private static final double FIRST_LINE = 2;
  private static final double LATER_LINES = 60;
  private static final RowCount.Seen NONE = new RowCount.Seen(0, 0);

  private final Start begin;
  private final List<Stage> stages;
  private final Map<String, RowCount.Seen> before = new HashMap<>();
  private final Map<String, Long> lastZero = new ConcurrentHashMap<>();
  private final Map<Stage, Whole> wholes = new ConcurrentHashMap<>();
  private final long start = System.nanoTime();
  private final Timer timer = new Timer("hubbeam-watch", true);
  private final PrintWriter err;
  private final @Nullable ProgressBar bar;
  private volatile @Nullable Map<String, RowCount.Seen> elsewhere;
  private volatile @Nullable PipelineResult result;
  private @Nullable Stage stage;
  private volatile @Nullable String status;
  private volatile double due = FIRST_LINE;

  /**
   * What is told before the first rows.
   *
   * @param what at once: {@code embedding with HANDLE on Flink -> out}
   * @param engine what has to start: {@code Flink}
   */
  record Start(String what, String engine) {}

  /**
   * What a pipeline does with all rows before it does the next.
   *
   * @param name what is done: {@code analyzing}
   * @param counters those of {@link RowCount} that see the rows
   * @param whole how much there is to do, asked once and late
   */
  record Stage(String name, List<String> counters, Supplier<Whole> whole) {
    Stage {
      counters = List.copyOf(counters);
    }
  }

  /**
   * How far a stage was after so many seconds.
   *
   * @param rows those that have gone through
   * @param share of the whole that has gone through, from 0 to 1; 0 if it is not known
   * @param seconds since the job began
   * @param first when the first of these rows had gone through
   */
  record Seen(long rows, double share, double seconds, double first) {

    private static final double LEAST_SHARE = 0.01;
    private static final double MOST_SHARE = 0.99;

    /** A line for people: share, rows, speed since the first rows, and the time that is left. */
    String text() {
      List<String> parts = new ArrayList<>();
      if (share >= LEAST_SHARE) {
        parts.add(Math.round(100 * Math.min(share, MOST_SHARE)) + " %");
      }
      parts.add(Formatting.of(rows, "row") + " after " + Formatting.seconds(seconds));
      double ran = seconds - first;
      if (ran >= 1) {
        Formatting.speed(rows, ran).ifPresent(parts::add);
      }
      if (ran >= 1 && share >= LEAST_SHARE && share < MOST_SHARE) {
        double left = ran * (1 - share) / share;
        parts.add("about " + Formatting.duration(left) + " left");
      }
      return String.join(", ", parts);
    }
  }

  /**
   * @param stages from the first to the last
   */
  ProgressDisplay(PrintWriter err, Start begin, List<Stage> stages) {
    this.err = err;
    this.begin = begin;
    this.stages = List.copyOf(stages);
    for (Stage any : stages) {
      for (String counter : any.counters) {
        before.put(counter, RowCount.seen(counter));
        RowCount.forgetFirst(counter);
      }
    }
    bar = Terminal.is() ? Terminal.line(this::text) : null;
    if (bar == null) {
      err.println(begin.what);
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
    double now = seconds();
    if (bar == null && now >= due) {
      err.println(text());
      due = next(now);
    }
  }

  /** What is shown now. */
  String text() {
    stage = stages.stream().filter(s -> seen(s).rows() > 0).reduce((a, b) -> b).orElse(stage);
    if (stage == null && status != null) {
      return status;
    }
    if (stage == null) {
      return "starting " + begin.engine + ", " + Formatting.seconds(seconds());
    }
    RowCount.Seen seen = seen(stage);
    double first = first(List.of(stage)).orElse(0);
    Seen progress = new Seen(seen.rows(), whole(stage).share(seen), seconds(), first);
    return (stages.size() > 1 || bar != null ? stage.name + ": " : "") + progress.text();
  }

  private Whole whole(Stage of) {
    return wholes.computeIfAbsent(of, s -> s.whole.get());
  }

  /** Shows this as long as no stage has seen rows. */
  void show(String line) {
    status = line;
  }

  /** When the next line is due, after one at this second. */
  static double next(double seconds) {
    return seconds + Math.min(seconds, LATER_LINES);
  }

  private RowCount.Seen seen(Stage of) {
    return of.counters.stream().map(this::seen).reduce(NONE, RowCount.Seen::plus);
  }

  private RowCount.Seen seen(String counter) {
    Map<String, RowCount.Seen> counted = elsewhere;
    return counted == null
        ? RowCount.seen(counter).minus(before.getOrDefault(counter, NONE))
        : counted.getOrDefault(counter, NONE);
  }

  /** After how many seconds the first rows of stages had gone through. */
  private OptionalDouble first(List<Stage> of) {
    return of.stream()
        .flatMap(s -> s.counters.stream())
        .flatMapToLong(c -> first(c).stream())
        .mapToDouble(nanos -> (nanos - start) / 1e9)
        .min();
  }

  private OptionalLong first(String counter) {
    if (elsewhere == null) {
      return RowCount.first(counter);
    }
    return seen(counter).rows() == 0
        ? OptionalLong.empty()
        : OptionalLong.of(lastZero.getOrDefault(counter, start));
  }

  @Override
  public Set<String> counters() {
    return Set.copyOf(before.keySet());
  }

  @Override
  public void counted(Map<String, RowCount.Seen> seen) {
    boolean begins = !isAny(elsewhere) && isAny(seen);
    elsewhere = Map.copyOf(seen);
    if (begins) {
      due = 0;
    }
    seen.forEach(
        (counter, rows) -> {
          if (rows.rows() == 0) {
            lastZero.put(counter, System.nanoTime());
          }
        });
  }

  private static boolean isAny(@Nullable Map<String, RowCount.Seen> seen) {
    return seen != null && seen.values().stream().anyMatch(s -> s.rows() > 0);
  }

  @Override
  public void say(String line) {
    if (bar != null) {
      Terminal.clearLine();
    }
    err.println(line);
  }

  /** The job has been submitted, and this tells of it. */
  void submitted(PipelineResult job) {
    result = job;
  }

  /** What tells of the job; empty before it is submitted, and as long as submitting lasts. */
  Optional<PipelineResult> result() {
    return Optional.ofNullable(result);
  }

  /** The rows that have gone through, by the counters of {@link RowCount}. */
  Map<String, Long> rows() {
    Map<String, Long> rows = new HashMap<>();
    before.keySet().forEach(counter -> rows.put(counter, seen(counter).rows()));
    return rows;
  }

  /** How long it has taken until now. */
  RunDuration took() {
    return new RunDuration(seconds(), first(stages).orElse(0));
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
