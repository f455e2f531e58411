// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;

/**
 * Reads rows with vectors, and writes them to a store.
 *
 * @param input the prefix of the files
 * @param output where failures and the manifest go
 */
record ExportJob(String input, BatchSource source, Destination to, OutputPrefix output)
    implements Job {

  private static final String ROWS = "rows_exported";

  @Override
  public String activity() {
    return "exporting " + input + " to " + to.place();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("exporting", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    BatchSource.Result read = pipeline.apply("Read", source);
    failures.add(read.failures());
    output.delete();
    return new Built(
        to.apply(read.batches(), ROWS, failures), new RowsStored(input, to.place(), output));
  }

  /** What is known before the run. */
  private record RowsStored(String input, String place, OutputPrefix output) implements Finish {

    @Override
    public ExportManifest manifest(RunFolder run, long failures) throws IOException {
      Destination.Stored stored = Destination.Stored.read(run);
      return new ExportManifest(
          input, place, stored, failures, Versions.used(), Instant.now().toString());
    }
  }
}
