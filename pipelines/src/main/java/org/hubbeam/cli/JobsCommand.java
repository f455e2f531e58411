// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists and cancels hubbeam's jobs on a Flink cluster. */
@Command(
    name = "jobs",
    description = "List hubbeam's jobs on a Flink cluster, or cancel one.",
    footer = {
      "",
      "Each line has the id, the state, the time since the start, the rows that have gone through,"
          + " the program and the output.",
      "Example: hubbeam jobs --flinkMaster=localhost:8081"
    })
final class JobsCommand extends BaseCommand {

  private static final int LEAST_OF_ID = 4;
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration CANCELLING = Duration.ofSeconds(60);

  @Option(
      names = "--flinkMaster",
      required = true,
      paramLabel = "HOST:PORT",
      description = "the address of the cluster's REST interface")
  private String master;

  @Option(
      names = "--cancel",
      paramLabel = "JOB",
      description = "cancel a job: its id or the start of it, its output, or its whole name")
  private @Nullable String cancel;

  @Override
  public Integer call() throws IOException {
    FlinkMaster cluster =
        FlinkMaster.parse(master)
            .orElseThrow(() -> new UsageException("--flinkMaster=" + master + " is no cluster"));
    cluster.check(FlinkMaster.Access.PLAIN);
    FlinkRest rest = new FlinkRest(cluster);
    List<FlinkRest.FlinkJob> jobs =
        rest.jobs().stream()
            .filter(job -> JobName.parse(job.name()).isPresent())
            .sorted(
                Comparator.comparing(FlinkRest.FlinkJob::isAlive)
                    .thenComparing(FlinkRest.FlinkJob::start)
                    .reversed())
            .toList();
    if (cancel != null) {
      cancel(rest, named(cancel, jobs));
      return 0;
    }
    if (jobs.isEmpty()) {
      err().println("no jobs of hubbeam are on " + cluster);
    }
    for (FlinkRest.FlinkJob job : jobs) {
      out().println(line(rest, job));
    }
    return 0;
  }

  private static String line(FlinkRest rest, FlinkRest.FlinkJob job) throws IOException {
    JobName name = JobName.parse(job.name()).orElseThrow();
    double seconds = Duration.between(job.start(), Instant.now()).toMillis() / 1e3;
    return String.format(
        "%s  %-10s  %9s  %14s  %s",
        job.id(),
        job.state(),
        Formatting.duration(seconds),
        job.isAlive() ? rows(rest, job.id()).map(r -> Formatting.of(r, "row")).orElse("") : "",
        name.program() + " -> " + name.output());
  }

  /** How many rows have gone through the last step that counts them. */
  private static Optional<Long> rows(FlinkRest rest, String id) throws IOException {
    Optional<FlinkRest.Details> job = rest.details(id);
    if (job.isEmpty()) {
      return Optional.empty();
    }
    Map<String, RowCount.Seen> seen = new FlinkRows(rest, id).seen(job.get().vertices());
    return seen.entrySet().stream()
        .filter(e -> !e.getKey().equals(TransformJob.ANALYZED) || seen.size() == 1)
        .map(e -> e.getValue().rows())
        .reduce(Long::sum);
  }

  /** The job that a user means. */
  private FlinkRest.FlinkJob named(String asked, List<FlinkRest.FlinkJob> jobs) {
    List<FlinkRest.FlinkJob> alive =
        jobs.stream().filter(FlinkRest.FlinkJob::isAlive).filter(j -> is(asked, j)).toList();
    if (alive.size() == 1) {
      return alive.get(0);
    }
    if (!alive.isEmpty()) {
      throw new UsageException(
          "--cancel="
              + asked
              + " may be "
              + String.join(" or ", alive.stream().map(FlinkRest.FlinkJob::id).toList())
              + "; give an id");
    }
    throw new UsageException(
        jobs.stream()
            .filter(job -> is(asked, job))
            .findFirst()
            .map(job -> "the job " + job.id() + " has ended already, as " + job.state())
            .orElse(
                "--cancel="
                    + asked
                    + ": no such job of hubbeam is on "
                    + master
                    + "; leave --cancel out to see all"));
  }

  private static boolean is(String asked, FlinkRest.FlinkJob job) {
    JobName name = JobName.parse(job.name()).orElseThrow();
    return asked.equals(job.name())
        || asked.length() >= LEAST_OF_ID && job.id().startsWith(asked)
        || name.output().equals(asked)
        || name.output().equals(Locations.absolute(asked));
  }

  private void cancel(FlinkRest rest, FlinkRest.FlinkJob job) throws IOException {
    rest.cancel(job.id());
    Instant end = Instant.now().plus(CANCELLING);
    Optional<FlinkRest.FlinkJob> now = rest.job(job.id());
    while (now.isPresent() && now.get().isAlive()) {
      if (Instant.now().isAfter(end)) {
        throw new EnvironmentException(
            "the job " + job.id() + " is " + now.get().state() + " still; look again later");
      }
      Waiting.pause(LOOK);
      now = rest.job(job.id());
    }
    out().println(job.id() + " " + now.map(FlinkRest.FlinkJob::state).orElse("is gone"));
  }
}
