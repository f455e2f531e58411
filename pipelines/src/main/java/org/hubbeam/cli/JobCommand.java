// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.ApplicationNameOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.WholeFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** A program that runs one job on an engine. */
abstract class JobCommand extends BaseCommand {

  @Mixin private JobOptions options;
  @Unmatched private List<String> engineOptions = new ArrayList<>();

  /** The options that all jobs have. */
  final JobOptions options() {
    return options;
  }

  /** The names of the files that are read; empty if the job reads none. */
  abstract List<String> inputs();

  /** What workers read and write beside the inputs and the output. */
  WorkerPlaces places() {
    return WorkerPlaces.NONE;
  }

  /** How much there is to do. */
  Whole whole() {
    return Whole.bytes(inputs());
  }

  /** Where the job writes to. */
  abstract Output output();

  /**
   * Checks what depends on the engine, before anything is read or written.
   *
   * @throws UsageException if the program cannot run so
   */
  void check(PipelineOptions pipeline) {}

  /** Makes the job; wrong options are found here. */
  abstract Job job() throws IOException;

  /** Starts to load TensorFlow, and makes the options of the pipeline. */
  final PipelineOptions prepare() {
    Natives.loadAhead();
    PipelineOptions pipeline = options.pipeline(engineOptions, inputs(), this::near);
    StandardInput.check(inputs(), pipeline);
    return pipeline;
  }

  @Override
  public Integer call() throws IOException {
    PipelineOptions pipeline = prepare();
    boolean detached = isDetached(pipeline);
    check(pipeline);
    name(pipeline);
    Engine engine = Engines.of(pipeline);
    places().withFiles(inputs()).withFiles(List.of(output().path())).check(engine);
    Locations.check(inputs());
    Locations.check(List.of(output().path()));
    EngineArguments given = new EngineArguments(engineOptions);
    engine.check(pipeline, given);
    OtherRuns others = new OtherRuns(output(), err());
    others.refuse();
    options.checkExisting(output());
    others.check();
    WritableFolder.check("--output=" + output().path(), output().folder());
    Job job = job();
    engine.notice(given).ifPresent(err()::println);
    RunRecord.EngineJob there = engineJob(pipeline);
    RunClaim claim = RunClaim.take(program(), output(), pipeline, there, others);
    if (detached) {
      return claimed(pipeline, claim, () -> submit(job, pipeline, claim, there));
    }
    return tell(run(job, pipeline, claim));
  }

  /** Whether the job is left to its cluster. */
  boolean isDetached(PipelineOptions pipeline) {
    return options.isDetached(pipeline);
  }

  /** Prints what a job did, and returns the exit code. */
  int tell(Job.Summary summary) throws IOException {
    summary.lines().stream().map(Printable::line).forEach(out()::println);
    return judge(summary);
  }

  /** Names the job by its program and output, unless the user did. */
  private void name(PipelineOptions pipeline) {
    if (engineOptions.stream().noneMatch(o -> o.startsWith("--jobName="))) {
      String name = Engines.of(pipeline).jobName(program(), output().place());
      pipeline.setJobName(name);
      pipeline.as(ApplicationNameOptions.class).setAppName(name);
    }
  }

  private RunRecord.EngineJob engineJob(PipelineOptions pipeline) {
    Engine engine = Engines.of(pipeline);
    return new RunRecord.EngineJob(
        engine.name(),
        engine.cluster(new EngineArguments(engineOptions)),
        Optional.ofNullable(pipeline.as(ClusterJob.class).getClusterJobId()).orElse(""),
        pipeline.getJobName());
  }

  /** Leaves the job to its cluster, and says how to find it there. */
  private int submit(Job job, PipelineOptions pipeline, RunClaim claim, RunRecord.EngineJob there)
      throws IOException {
    job.submit(pipeline, claim.folders());
    String listing = Engines.of(pipeline).listing(there.cluster());
    Stream.of(
            "submitted the job " + there.id() + ", '" + there.name() + "', to " + there.cluster(),
            "when its output is whole, there is " + output().manifest(),
            "to look: " + listing,
            "to cancel: " + listing + " --cancel=" + there.id())
        .map(Printable::line)
        .forEach(out()::println);
    return 0;
  }

  /** Runs the job. When it has ended, nothing stays but its output. */
  private Job.Summary run(Job job, PipelineOptions pipeline, RunClaim claim) throws IOException {
    Job.Report report = new Job.Report(err(), options.metricsFile(), this::whole);
    return claimed(
        pipeline,
        claim,
        () -> {
          Job.Summary summary = job.run(pipeline, report);
          claim.release();
          return summary;
        });
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /** Does something for a run. If it fails or is ended, nothing stays of what it wrote. */
  private <T> T claimed(PipelineOptions pipeline, RunClaim claim, Work<T> work) throws IOException {
    boolean here = pipeline.as(LocalTasks.class).getLocalTasks() > 0;
    AtExit ending = AtExit.run(() -> releaseEnded(claim, here));
    try {
      return work.run();
    } catch (IOException | RuntimeException e) {
      if (here || e instanceof NotRunningException || claim.state() == RunState.ENDED) {
        claim.release();
        Output left = output();
        discard(left);
        AtExit.run(() -> discardLate(left));
      } else {
        err().println(Printable.line(claim.stays()));
      }
      if (Errors.isDiskFull(e)) {
        throw new EnvironmentException(full(e), e);
      }
      throw e;
    } finally {
      ending.forget();
    }
  }

  private static void discard(Output output) throws IOException {
    OutputFiles.deleteEmpty(output.failures());
    WholeFile.deleteParts(output.folder(), output.names());
  }

  /** Discards what threads of the direct runner wrote that had not heard of its end. */
  private static void discardLate(Output output) {
    try {
      discard(output);
    } catch (IOException | RuntimeException e) {
      // It was discarded once, and its folder may have gone since.
    }
  }

  /** Leaves a job alone that goes on without this process; what it writes is in its folder. */
  private static void releaseEnded(RunClaim claim, boolean here) {
    if (here || claim.state() == RunState.ENDED) {
      claim.release();
    }
  }

  private String full(Exception failure) {
    return Errors.message(failure)
        + " (the output is "
        + output().path()
        + "; temporary files are in "
        + System.getProperty("java.io.tmpdir")
        + ")";
  }

  /** Says what has to be said of the failures, and returns the exit code. */
  private int judge(Job.Summary summary) throws IOException {
    long rows = summary.rows();
    long failures = summary.manifest().failures();
    String listed = "failures are listed in " + output().failures();
    if (failures == 0) {
      if (rows == 0) {
        err().println("nothing to do: the input has no rows");
      }
      return 0;
    }
    if (failures <= rows) {
      err().println(listed);
      return 0;
    }
    err()
        .println(
            (rows == 0 ? "ALL" : "MOST")
                + " ROWS FAILED: "
                + Formatting.count(failures)
                + " of "
                + Formatting.count(failures + rows)
                + ", the first with: "
                + Errors.shortened(Errors.oneLine(firstReason()))
                + "; "
                + listed);
    return rows == 0 ? Main.FAILED : Main.MOSTLY_FAILED;
  }

  private String firstReason() throws IOException {
    JsonNode first = new ObjectMapper().readTree(OutputFiles.firstLine(output().failures()));
    String column = first.path("column").asText();
    return (column.isEmpty() ? "" : column + ": ") + first.path("reason").asText();
  }
}
