package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.ModuleSpec;
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
 * @param spec the call
 * @param idColumn the column that names a row in failures; null for file and offset
 * @param module the module, as it was resolved here
 */
record EmbedJob(
    BatchSource source,
    ModuleSpec spec,
    String idColumn,
    OutputPrefix output,
    Hub.Resolved module) {

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
    RunModule call = RunModule.of(spec);
    RunModule.Result called =
        read.batches().apply("Embed", idColumn == null ? call : call.withIdColumn(idColumn));
    output.delete();
    write(read, called);
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

  private void write(BatchSource.Result read, RunModule.Result called) {
    PCollection<Batch> vectors = called.batches().apply("Count", RowCount.of(ROWS));
    vectors.apply("Write", BatchSink.tfrecord(output.prefix()).withShards(output.shards()));
    vectors.apply("Schema", SchemaFile.of(output.schema()));
    PCollectionList.of(read.failures())
        .and(called.failures())
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
        new Manifest.Source(
            module.handle(),
            module.url(),
            module.digest(),
            called.function(),
            called.outputs().get(EMBEDDING)),
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
