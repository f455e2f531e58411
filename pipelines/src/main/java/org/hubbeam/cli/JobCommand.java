// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

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
    options.checkExisting(output().existing());
    Job.Summary summary = job().run(pipeline, err());
    summary.lines().forEach(out()::println);
    long failures = summary.manifest().failures();
    if (failures > 0) {
      err().println("failures are listed in " + output().failures());
    }
    return summary.rows() == 0 && failures > 0 ? Main.FAILED : 0;
  }
}
