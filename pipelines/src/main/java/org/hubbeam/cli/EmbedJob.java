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
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSink;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.files.Manifest;
import org.hubbeam.files.SchemaFile;
import org.hubbeam.inference.DropColumns;
import org.hubbeam.inference.ResultWithFailures;

/**
 * Files in, what modules give out: one pipeline, and the files beside its output.
 *
 * @param doing in a word: {@code embedding}
 * @param source what is read
 * @param before what is done to the rows before the modules are called
 * @param calls the modules
 * @param after what is done to the rows afterwards
 * @param packed columns of types that {@code tf.Example} has not, written as bytes
 */
record EmbedJob(
    String doing,
    BatchSource source,
    List<Step> before,
    ModuleCalls calls,
    List<Step> after,
    List<String> packed,
    OutputPrefix output) {

  EmbedJob {
    before = List.copyOf(before);
    after = List.copyOf(after);
    packed = List.copyOf(packed);
  }

  /**
   * What is done to rows.
   *
   * @param words what it does, for the manifest; empty where it says nothing
   */
  record Step(String words, Way way) {

    /** How batches go through. */
    interface Way {
      PCollection<Batch> of(PCollection<Batch> batches, List<PCollection<Failure>> failures);
    }

    /** A step that some rows do not pass. */
    static Step of(
        String name,
        String words,
        PTransform<PCollection<Batch>, ? extends ResultWithFailures<Batch>> transform) {
      return new Step(
          words, (batches, failures) -> batches.apply(name, transform).failuresTo(failures));
    }

    /** A step that all rows pass. */
    static Step sure(
        String name, String words, PTransform<PCollection<Batch>, PCollection<Batch>> transform) {
      return new Step(words, (batches, failures) -> batches.apply(name, transform));
    }

    /** Leaves out columns that are for the modules alone. */
    static Step dropping(String name, List<String> columns) {
      return sure(name, "", DropColumns.of(columns));
    }

    /** Applies steps one after the other; what fails in one is added to the failures. */
    static PCollection<Batch> apply(
        List<Step> steps, PCollection<Batch> batches, List<PCollection<Failure>> failures) {
      PCollection<Batch> last = batches;
      for (Step step : steps) {
        last = step.way.of(last, failures);
      }
      return last;
    }

    /** What steps do, in words. */
    static List<String> words(List<Step> steps) {
      return steps.stream().map(Step::words).filter(words -> !words.isEmpty()).toList();
    }
  }

  /** The column of the vectors. */
  static final String EMBEDDING = "embedding";

  private static final String ROWS = "rows_written";

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
    ModuleCalls.Called called =
        threaded(options).on(Step.apply(before, read.batches(), failures), failures);
    PCollection<Batch> written = Step.apply(after, called.batches(), failures);
    output.delete();
    write(written, failures);
    Execution execution;
    try (Watch watch =
        new Watch(err, started(options), List.of(new Watch.Stage(doing, List.of(ROWS))))) {
      execution = Execution.of(pipeline, watch);
    }
    Manifest manifest = manifest(execution.count(RowCount.metric(ROWS)), called.sources());
    manifest.write(output.manifest());
    return new Summary(manifest, execution.took());
  }

  /**
   * The calls with the threads that tasks leave each other, as far as all have something to read.
   */
  private ModuleCalls threaded(PipelineOptions options) {
    return calls.withTasks(source.parts(options.as(LocalTasks.class).getLocalTasks()));
  }

  private String started(PipelineOptions options) {
    return doing
        + " with "
        + calls.name()
        + " on "
        + Engine.name(options)
        + " -> "
        + output.prefix();
  }

  private void write(PCollection<Batch> vectors, List<PCollection<Failure>> failures) {
    PCollection<Batch> counted = vectors.apply("Count", RowCount.of(ROWS));
    counted.apply(
        "Write",
        BatchSink.tfrecord(output.prefix()).withShards(output.shards()).withPacked(packed));
    counted.apply("Schema", SchemaFile.of(output.schema()).withPacked(packed));
    PCollectionList.of(failures)
        .apply("AllFailures", Flatten.pCollections())
        .apply("Failures", FailuresFile.of(output.failures()));
  }

  private Manifest manifest(long rows, List<Manifest.Source> modules) throws IOException {
    BatchSchema schema = schema();
    long dimension =
        schema.columns().stream()
            .filter(column -> column.name().equals(EMBEDDING))
            .mapToLong(column -> rowSize(column, schema.domain(EMBEDDING)))
            .findFirst()
            .orElse(0);
    return new Manifest(
        modules,
        Stream.concat(Step.words(before).stream(), Step.words(after).stream()).toList(),
        dimension,
        new Manifest.Counts(rows, OutputFiles.lines(output.failures())),
        OutputFiles.names(BatchSink.existing(output.prefix())),
        Versions.used(),
        Instant.now().toString());
  }

  private static long rowSize(ArraySpec column, ColumnDomain domain) {
    List<Long> dims =
        domain.packed() == null ? column.shape().row().dims() : domain.packed().dims();
    return dims.stream().reduce(1L, (size, dim) -> dim < 0 ? 0 : size * dim);
  }

  private BatchSchema schema() throws IOException {
    return OutputFiles.text(output.schema())
        .map(BatchSchema::parse)
        .orElse(new BatchSchema(List.of()));
  }
}
