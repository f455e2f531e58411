// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the end of a job on a Flink cluster, and says what happens to it until then: how many
 * rows it has done, that it waits for slots, that it is started anew and why, that the cluster does
 * not answer.
 */
final class FlinkWatch {

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration COUNT = Duration.ofSeconds(5);

  /**
   * How long something may last.
   *
   * @param noSlots before it is said that a job waits for slots
   * @param silent before it is said that a cluster does not answer
   * @param lost before a cluster that does not answer, or does not know the job, is given up
   */
  record Patience(Duration noSlots, Duration silent, Duration lost) {

    /** All is said within a minute. */
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(50));
  }

  private final FlinkRest rest;
  private final String id;
  private final JobWatch watch;
  private final Patience patience;
  private final Since silent = new Since();
  private final Since unknown = new Since();
  private final Since withoutSlots = new Since();
  private Instant counted = Instant.EPOCH;
  private Instant told = Instant.EPOCH;

  /**
   * @param id that of the job
   */
  FlinkWatch(FlinkRest rest, String id, JobWatch watch, Patience patience) {
    this.rest = rest;
    this.id = id;
    this.watch = watch;
    this.patience = patience;
  }

  /** Something that goes on, and whether it has been said. */
  private static final class Since {
    private @Nullable Instant began;
    private boolean isSaid;

    void ends() {
      began = null;
      isSaid = false;
    }

    /** It goes on, and has for so long. */
    Duration lasts() {
      Instant now = Instant.now();
      if (began == null) {
        began = now;
      }
      return Duration.between(began, now);
    }

    /** Whether it has gone on for so long, and this is the first to hear of it. */
    boolean isNews(Duration least) {
      boolean news = !isSaid && lasts().compareTo(least) >= 0;
      isSaid |= news;
      return news;
    }

    boolean isLongerThan(Duration most) {
      return lasts().compareTo(most) > 0;
    }
  }

  /**
   * Waits.
   *
   * @throws RuntimeException with the cause, if the job fails
   * @throws EnvironmentException if the cluster does not answer, or does not know the job any more
   */
  PipelineResult.State await() {
    AtExit ending = AtExit.run(() -> watch.say(goesOn(rest.master(), id)));
    try {
      while (!hasFinished()) {
        Waiting.pause(LOOK);
      }
      return PipelineResult.State.DONE;
    } finally {
      ending.forget();
    }
  }

  /** What to know of a job that nobody waits for. */
  static String goesOn(FlinkMaster master, String id) {
    String jobs = "hubbeam jobs --flinkMaster=" + master;
    return "the job "
        + id
        + " goes on, but without its launcher it gets no manifest; to look: "
        + jobs
        + "; to end it: "
        + jobs
        + " --cancel="
        + id;
  }

  private boolean hasFinished() {
    Optional<FlinkRest.Details> job;
    try {
      job = rest.details(id);
      silent.ends();
    } catch (IOException e) {
      bearSilence(e);
      return false;
    }
    if (job.isEmpty()) {
      if (unknown.isLongerThan(patience.lost)) {
        throw new EnvironmentException(
            "Flink at "
                + rest.master()
                + " does not know the job "
                + id
                + " any more; it was probably started anew, without high availability, and the job"
                + " is lost: run it again");
      }
      return false;
    }
    unknown.ends();
    return switch (job.get().state()) {
      case "FINISHED" -> true;
      case "FAILED" -> throw failure();
      case "CANCELED" -> throw new EnvironmentException("the job " + id + " was cancelled");
      default -> {
        look(job.get());
        yield false;
      }
    };
  }

  private void bearSilence(IOException failure) {
    if (silent.isLongerThan(patience.lost)) {
      throw new EnvironmentException(
          "Flink at "
              + rest.master()
              + " has not answered for "
              + patience.lost.toSeconds()
              + " s ("
              + Errors.ownMessage(failure)
              + "); start it again. Where it keeps its jobs, "
              + goesOn(rest.master(), id),
          failure);
    }
    if (silent.isNews(patience.silent)) {
      watch.say(
          "Flink at "
              + rest.master()
              + " does not answer ("
              + Errors.ownMessage(failure)
              + "); waiting for it, for "
              + patience.lost.toSeconds()
              + " s in all");
    }
  }

  private void look(FlinkRest.Details job) {
    try {
      tellRestarts(job);
      tellSlots(job);
      count(job.vertices());
    } catch (IOException e) {
      // The next look says it.
    }
  }

  private void tellRestarts(FlinkRest.Details job) throws IOException {
    if (job.state().equals("RUNNING") && !isTimeToCount()) {
      return;
    }
    List<FlinkRest.Failed> failures = rest.failures(id);
    if (!failures.isEmpty() && failures.get(0).when().isAfter(told)) {
      told = failures.get(0).when();
      String cause = Errors.oneLine(Errors.message(RemoteFailure.parse(failures.get(0).trace())));
      watch.say("the job starts anew after: " + Errors.shortened(cause));
    }
  }

  private void tellSlots(FlinkRest.Details job) throws IOException {
    if (job.running() > 0 || job.scheduled() == 0) {
      withoutSlots.ends();
    } else if (withoutSlots.isNews(patience.noSlots)) {
      FlinkRest.Overview cluster = rest.overview();
      watch.say(
          "waiting for slots: "
              + rest.master()
              + " has "
              + cluster.slots()
              + " in "
              + Formatting.of(cluster.taskManagers(), "task manager")
              + ", "
              + cluster.freeSlots()
              + " of them free, and the job takes up to "
              + job.slots()
              + "; end other jobs, add task managers, or run with a smaller --parallelism");
    }
  }

  private boolean isTimeToCount() {
    return Duration.between(counted, Instant.now()).compareTo(COUNT) >= 0;
  }

  private void count(List<FlinkRest.Vertex> vertices) throws IOException {
    if (isTimeToCount()) {
      counted = Instant.now();
      watch.counted(new FlinkRows(rest, id).seen(vertices));
    }
  }

  private RuntimeException failure() {
    try {
      List<FlinkRest.Failed> failures = rest.failures(id);
      if (!failures.isEmpty()) {
        return new IllegalStateException(
            "the job failed", RemoteFailure.parse(failures.get(0).trace()));
      }
    } catch (IOException e) {
      return new EnvironmentException("the job " + id + " failed; Flink does not say why", e);
    }
    return new EnvironmentException("the job " + id + " failed; Flink does not say why");
  }
}
