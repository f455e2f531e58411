// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.CallResult;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;

/**
 * Later data in, features out: one pipeline.
 *
 * @param input what is read
 * @param call the fitted function
 * @param absent inputs that the data have not, and no feature needs
 * @param output where all goes
 * @param module the function's SavedModel, as it was resolved here
 */
record ApplyJob(
    TransformJob.Input input,
    ModuleSpec call,
    List<ArraySpec> absent,
    OutputPrefix output,
    Hub.Resolved module)
    implements Job {

  private static final String ROWS = "rows_applied";

  @Override
  public String activity() {
    return "transforming with " + module.handle();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("transforming", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    BatchSource.Result read = pipeline.apply("Read", input.source());
    CallResult called =
        read.batches()
            .apply("Columns", new BlankColumns(absent))
            .apply("Transform", RunModule.of(call).withPassthrough(List.of()));
    failures.add(read.failures());
    failures.add(called.failures());
    output.delete();
    return new Built(
        output.write(called.batches(), ROWS, List.of()),
        new FeaturesWritten(
            new FeatureManifest.Source(module.handle(), module.digest(), List.of()),
            input.glob(),
            output));
  }

  /** What is known before the run. */
  private record FeaturesWritten(FeatureManifest.Source function, String input, OutputPrefix output)
      implements Finish {

    @Override
    public FeatureManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles written = output.written(run);
      return new FeatureManifest(
          function,
          AnalyzerValues.NONE,
          Map.of(
              FeatureManifest.ALL,
              new FeatureManifest.Split(input, written.rows(), written.names())),
          failures,
          Versions.used(),
          Instant.now().toString());
    }
  }
}
