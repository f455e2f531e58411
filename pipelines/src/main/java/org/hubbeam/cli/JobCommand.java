// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
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
    return options.pipeline(engineOptions, inputs(), this::near);
  }

  @Override
  public Integer call() throws IOException {
    PipelineOptions pipeline = prepare();
    Locations.check(inputs());
    Locations.check(List.of(output().path()));
    Engine.checkReachable(pipeline, engineOptions);
    options.checkExisting(output().existing());
    WritableFolder.check("--output=" + output().path(), output().folder());
    Job.Summary summary = job().run(pipeline, err(), this::whole);
    summary.lines().forEach(out()::println);
    return judge(summary);
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
            "MOST ROWS FAILED: "
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
