package org.hubbeam.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.hub.Hub;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.inference.RunModule;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.tfrecord.BatchSink;
import org.hubbeam.tfrecord.BatchSource;
import org.hubbeam.tfrecord.FailuresFile;
import org.hubbeam.tfrecord.FileGlob;
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
    BatchSource source, ModuleSpec spec, String idColumn, Output output, Hub.Resolved module) {

  /** The column of the vectors. */
  static final String EMBEDDING = "embedding";

  /**
   * Where the output goes.
   *
   * @param prefix the start of all names
   * @param shards how many files of vectors; 0 as many as the engine likes
   */
  record Output(String prefix, int shards) {

    String manifest() {
      return prefix + ".manifest.json";
    }

    String schema() {
      return prefix + ".schema.pbtxt";
    }

    String failures() {
      return prefix + ".failures.jsonl";
    }

    /** What is there of an earlier run. */
    List<String> existing() throws IOException {
      List<String> names = new java.util.ArrayList<>(BatchSink.existing(prefix));
      for (String file : List.of(manifest(), schema(), failures())) {
        FileGlob.match(file).stream().map(f -> f.resourceId().toString()).forEach(names::add);
      }
      return names;
    }

    /** Removes an earlier run, first the manifest, so that what remains never looks whole. */
    void delete() throws IOException {
      for (String file : List.of(manifest(), schema(), failures())) {
        FileSystems.delete(
            FileGlob.match(file).stream().map(MatchResult.Metadata::resourceId).toList());
      }
      BatchSink.deleteExisting(prefix);
    }
  }

  /** What came of it. */
  record Summary(Manifest manifest, double seconds) {

    String text(String prefix) {
      long rows = manifest.counts().rows();
      long floats = manifest.dimension();
      return Numbers.of(rows, "row")
          + ", "
          + Numbers.of(manifest.counts().failures(), "failure")
          + (floats == 0 ? "" : ", " + Numbers.of(floats, "float") + " each")
          + ", "
          + Numbers.seconds(seconds)
          + " ("
          + Numbers.count(Math.round(rows / Math.max(seconds, 1e-3)))
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
    double seconds;
    PipelineResult result;
    try (Watch watch = new Watch(err, started(options))) {
      result = pipeline.run();
      PipelineResult.State state = result.waitUntilFinish();
      if (state != null && state != PipelineResult.State.DONE) {
        throw new IllegalStateException("the pipeline ended as " + state);
      }
      seconds = watch.seconds();
    }
    Manifest manifest = manifest(rows(result), called.called());
    manifest.write(output.manifest());
    return new Summary(manifest, seconds);
  }

  private String started(PipelineOptions options) {
    return "embedding with "
        + module.handle()
        + " on "
        + options.getRunner().getSimpleName().replace("Runner", "")
        + " -> "
        + output.prefix;
  }

  private void write(BatchSource.Result read, RunModule.Result called) {
    PCollection<Batch> vectors =
        called
            .batches()
            .apply("Count", ParDo.of(new RowCount()))
            .setCoder(called.batches().getCoder());
    vectors.apply("Write", BatchSink.tfrecord(output.prefix).withShards(output.shards));
    vectors.apply("Schema", SchemaFile.of(output.schema()));
    PCollectionList.of(read.failures())
        .and(called.failures())
        .apply("AllFailures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output.failures()));
  }

  private static long rows(PipelineResult result) {
    long rows = 0;
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(MetricsFilter.builder().addNameFilter(RowCount.METRIC).build())
            .getCounters()) {
      rows += counter.getAttempted();
    }
    return rows;
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
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("hubbeam", Versions.project());
    versions.put("tensorflow", NativeRuntime.load().version());
    versions.put("tensorflow-java", Versions.tensorflowJava());
    versions.put("beam", Versions.beam());
    versions.put("java", System.getProperty("java.version"));
    return new Manifest(
        new Manifest.Source(
            module.handle(),
            module.url(),
            module.digest(),
            called.function(),
            called.outputs().get(EMBEDDING)),
        schema.columns().isEmpty() ? 0 : dimension,
        new Manifest.Counts(rows, lines(output.failures())),
        BatchSink.existing(output.prefix).stream()
            .map(f -> f.substring(f.lastIndexOf('/') + 1))
            .toList(),
        versions,
        Instant.now().toString());
  }

  private BatchSchema schema() throws IOException {
    List<MatchResult.Metadata> files = FileGlob.match(output.schema());
    if (files.isEmpty()) {
      return new BatchSchema(List.of());
    }
    try (InputStream in = open(files.get(0))) {
      return BatchSchema.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static InputStream open(MatchResult.Metadata file) throws IOException {
    return Channels.newInputStream(FileSystems.open(file.resourceId()));
  }

  private static long lines(String file) throws IOException {
    try (InputStream in = open(FileGlob.match(file).get(0))) {
      byte[] block = new byte[1 << 16];
      long lines = 0;
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        for (int i = 0; i < read; i++) {
          lines += block[i] == '\n' ? 1 : 0;
        }
      }
      return lines;
    }
  }
}
