// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.batch.Printable;
import org.hubbeam.files.UnfinishedFiles;
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

  /** How much there is to do. */
  Whole whole() {
    return Whole.bytes(inputs());
  }

  /** Where the job writes to. */
  abstract Output output();

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
    Locations.check(inputs());
    Locations.check(List.of(output().path()));
    Engines.of(pipeline).check(new EngineArguments(engineOptions));
    options.checkExisting(output().existing());
    WritableFolder.check("--output=" + output().path(), output().folder());
    Job.Summary summary = run(job(), pipeline);
    summary.lines().stream().map(Printable::line).forEach(out()::println);
    return judge(summary);
  }

  /** Runs the job; if it fails or is ended, nothing stays of what it wrote in this process. */
  private Job.Summary run(Job job, PipelineOptions pipeline) throws IOException {
    boolean here = pipeline.as(LocalTasks.class).getLocalTasks() > 0;
    Thread ending = new Thread(UnfinishedFiles::delete);
    if (here) {
      Runtime.getRuntime().addShutdownHook(ending);
    }
    try {
      return job.run(pipeline, err(), this::whole);
    } catch (IOException | RuntimeException e) {
      if (here) {
        UnfinishedFiles.delete();
        OutputFiles.deleteEmpty(output().failures());
      }
      if (Errors.isDiskFull(e)) {
        throw new EnvironmentException(full(e), e);
      }
      throw e;
    } finally {
      if (here) {
        Runtime.getRuntime().removeShutdownHook(ending);
      }
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
