package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.files.Manifest;
import org.hubbeam.inference.WriteImages;

/**
 * Rows in, pictures out: one pipeline, and the files beside them.
 *
 * @param before what is done to the rows before the modules are called
 */
record GenerateJob(
    Rows rows,
    List<EmbedJob.Step> before,
    ModuleCalls calls,
    WriteImages write,
    OutputFolder output) {

  private static final String ROWS = "pictures_written";

  GenerateJob {
    before = List.copyOf(before);
  }

  /** Where rows come from. */
  interface Rows {
    /** Reads them; what cannot be read is added to the failures. */
    PCollection<Batch> in(Pipeline pipeline, List<PCollection<Failure>> failures);
  }

  /** What came of it. */
  record Summary(Manifest manifest, Took took) {
    String text(String folder) {
      long rows = manifest.counts().rows();
      return Numbers.of(rows, "picture")
          + ", "
          + Numbers.of(manifest.counts().failures(), "failure")
          + ", "
          + took
          + " -> "
          + folder;
    }
  }

  /** Runs the pipeline, waits for it, and writes the manifest when all the rest is there. */
  Summary run(PipelineOptions options, PrintWriter err) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    List<PCollection<Failure>> failures = new ArrayList<>();
    PCollection<Batch> read = rows.in(pipeline, failures);
    ModuleCalls.Called called = calls.on(EmbedJob.Step.apply(before, read, failures), failures);
    called.batches().apply("Write", write).failuresTo(failures).apply("Count", RowCount.of(ROWS));
    PCollectionList.of(failures)
        .apply("AllFailures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output.failures()));
    output.delete();
    String started =
        "making pictures with "
            + calls.name()
            + " on "
            + Engine.name(options)
            + " -> "
            + output.folder();
    Execution execution;
    try (Watch watch =
        new Watch(err, started, List.of(new Watch.Stage("making pictures", List.of(ROWS))))) {
      execution = Execution.of(pipeline, watch);
    }
    Manifest manifest = manifest(execution.count(RowCount.metric(ROWS)), called.sources());
    manifest.write(output.manifest());
    return new Summary(manifest, execution.took());
  }

  private Manifest manifest(long rows, List<Manifest.Source> modules) throws IOException {
    return new Manifest(
        modules,
        Stream.concat(EmbedJob.Step.words(before).stream(), Stream.of("png")).toList(),
        0,
        new Manifest.Counts(rows, OutputFiles.lines(output.failures())),
        List.of(),
        Versions.used(),
        Instant.now().toString());
  }
}
