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
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.ResultWithFailures;
import org.hubbeam.inference.RunModule;
import org.hubbeam.tfrecord.BatchSink;
import org.hubbeam.tfrecord.BatchSource;
import org.hubbeam.tfrecord.FailuresFile;
import org.hubbeam.tfrecord.Manifest;
import org.hubbeam.tfrecord.SchemaFile;

/**
 * Files in, vectors out: one pipeline, and the files beside its output.
 *
 * @param source what is read
 * @param before what is done to the rows before the module is called
 * @param call the call
 * @param module the module, as it was resolved here
 * @param after what is done to the rows afterwards
 */
record EmbedJob(
    BatchSource source,
    List<Step> before,
    RunModule call,
    Hub.Resolved module,
    List<Step> after,
    OutputPrefix output) {

  EmbedJob {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /**
   * What is done to rows.
   *
   * @param name in the pipeline
   * @param words what it does, for the manifest
   */
  record Step(
      String name,
      String words,
      PTransform<PCollection<Batch>, ? extends ResultWithFailures<Batch>> transform) {

    /** Applies steps one after the other; what fails in one is added to the failures. */
    static PCollection<Batch> apply(
        List<Step> steps, PCollection<Batch> batches, List<PCollection<Failure>> failures) {
      PCollection<Batch> last = batches;
      for (Step step : steps) {
        last = last.apply(step.name, step.transform).failuresTo(failures);
      }
      return last;
    }
  }

  /** The column of the vectors. */
  static final String EMBEDDING = "embedding";

  private static final String ROWS = "rows_written";
  private static final List<Watch.Stage> STAGES =
      List.of(new Watch.Stage("embedding", List.of(ROWS)));

  /**
   * What came of it.
   *
   * @param took how long
   */
  record Summary(Manifest manifest, Took took) {

    String text(String prefix) {
      long rows = manifest.counts().rows();
      long floats = manifest.dimension();
      return Numbers.of(rows, "row")
          + ", "
          + Numbers.of(manifest.counts().failures(), "failure")
          + (floats == 0 ? "" : ", " + Numbers.of(floats, "float") + " each")
          + ", "
          + took
          + " ("
          + Numbers.count(took.rowsPerSecond(rows))
          + " rows/s) -> "
          + prefix
          + (manifest.files().size() == 1 ? "" : "-*, " + manifest.files().size() + " files");
    }
  }

  /**
   * Runs the pipeline, waits for it, and writes the manifest when all the rest is there. An earlier
   * output is removed when everything that can be known beforehand was found right.
   */
  Summary run(PipelineOptions options, PrintWriter err) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    BatchSource.Result read = pipeline.apply("Read", source);
    List<PCollection<Failure>> failures = new ArrayList<>(List.of(read.failures()));
    RunModule.Result called = Step.apply(before, read.batches(), failures).apply("Embed", call);
    PCollection<Batch> vectors = Step.apply(after, called.failuresTo(failures), failures);
    output.delete();
    write(vectors, failures);
    Execution execution;
    try (Watch watch = new Watch(err, started(options), STAGES)) {
      execution = Execution.of(pipeline, watch);
    }
    Manifest manifest = manifest(execution.count(RowCount.metric(ROWS)), called.called());
    manifest.write(output.manifest());
    return new Summary(manifest, execution.took());
  }

  private String started(PipelineOptions options) {
    return "embedding with "
        + module.handle()
        + " on "
        + Engine.name(options)
        + " -> "
        + output.prefix();
  }

  private void write(PCollection<Batch> vectors, List<PCollection<Failure>> failures) {
    PCollection<Batch> counted = vectors.apply("Count", RowCount.of(ROWS));
    counted.apply("Write", BatchSink.tfrecord(output.prefix()).withShards(output.shards()));
    counted.apply("Schema", SchemaFile.of(output.schema()));
    PCollectionList.of(failures)
        .apply("AllFailures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output.failures()));
  }

  private Manifest manifest(long rows, RunModule.Called called) throws IOException {
    BatchSchema schema = schema();
    long dimension = 1;
    for (ArraySpec column : schema.columns()) {
      if (column.name().equals(EMBEDDING)) {
        for (long dim : column.shape().row().dims()) {
          dimension = dim < 0 ? 0 : dimension * dim;
        }
      }
    }
    return new Manifest(
        List.of(
            new Manifest.Source(
                module.handle(),
                module.url(),
                module.digest(),
                called.function(),
                called.outputs())),
        Stream.concat(before.stream(), after.stream()).map(Step::words).toList(),
        schema.columns().isEmpty() ? 0 : dimension,
        new Manifest.Counts(rows, OutputFiles.lines(output.failures())),
        OutputFiles.names(BatchSink.existing(output.prefix())),
        Versions.used(),
        Instant.now().toString());
  }

  private BatchSchema schema() throws IOException {
    return OutputFiles.text(output.schema())
        .map(BatchSchema::parse)
        .orElse(new BatchSchema(List.of()));
  }
}
