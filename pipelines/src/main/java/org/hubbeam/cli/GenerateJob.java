// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.decoding.WriteImages;
import org.hubbeam.files.RunFolder;

/**
 * Reads or makes rows, calls modules on them, and writes the images that the modules generate.
 *
 * @param before the steps before the modules
 */
record GenerateJob(
    Rows rows, List<Step> before, ModuleCalls calls, WriteImages write, OutputFolder output)
    implements Job {

  private static final String ROWS = "pictures_written";
  private static final String VERB = "generating images";

  GenerateJob {
    before = List.copyOf(before);
  }

  /** Where rows come from. */
  interface Rows {
    /** Reads or makes the rows; records that cannot be read are added to the failures. */
    PCollection<Batch> in(Pipeline pipeline, List<PCollection<Failure>> failures);
  }

  @Override
  public String activity() {
    return VERB + " with " + calls.name();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage(VERB, List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    PCollection<Batch> read = rows.in(pipeline, failures);
    ModuleCalls.Called called = calls.on(Step.applyAll(before, read, failures), failures);
    PCollection<String> total =
        called
            .batches()
            .apply("Write", write)
            .failuresTo(failures)
            .apply("Count", RowCount.of(ROWS))
            .apply("Total", RowTotal.of(ROWS));
    output.delete();
    return new Built(
        List.of(total),
        new ImagesWritten(
            called.sources(),
            Stream.concat(Step.descriptions(before).stream(), Stream.of("png")).toList()));
  }

  /** What is known before the run. */
  private record ImagesWritten(List<ModuleManifest.Source> modules, List<String> steps)
      implements Finish {

    @Override
    public ModuleManifest manifest(RunFolder run, long failures) throws IOException {
      return new ModuleManifest(
          modules,
          null,
          null,
          steps,
          0,
          new ModuleManifest.Counts("image", RowTotal.read(run, ROWS), failures),
          List.of(),
          Versions.used(),
          Instant.now().toString());
    }
  }
}
