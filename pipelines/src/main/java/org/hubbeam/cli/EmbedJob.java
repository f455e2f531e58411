// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ColumnDomain;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.jspecify.annotations.Nullable;

/**
 * Reads files, calls modules, and writes their outputs as TFRecords.
 *
 * @param verb what the job does: {@code embedding}
 * @param source reads the files
 * @param before the steps before the modules
 * @param calls the modules
 * @param after the steps after the modules
 * @param packed columns of types that {@code tf.Example} does not have, written as bytes
 * @param recipe how the vectors are made; null where there are none
 * @param to where the rows go instead of TFRecord files; null for nowhere else
 */
record EmbedJob(
    String verb,
    BatchSource source,
    List<Step> before,
    ModuleCalls calls,
    List<Step> after,
    List<String> packed,
    @Nullable VectorRecipe recipe,
    OutputPrefix output,
    @Nullable Destination to)
    implements Job {

  /** The column of the vectors. */
  static final String EMBEDDING = "embedding";

  private static final String ROWS = "rows_written";

  EmbedJob {
    before = List.copyOf(before);
    after = List.copyOf(after);
    packed = List.copyOf(packed);
  }

  /** The same with rows that go to a store. */
  EmbedJob to(Destination value) {
    return new EmbedJob(verb, source, before, calls, after, List.of(), recipe, output, value);
  }

  @Override
  public String activity() {
    return verb + " with " + calls.name();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage(verb, List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    BatchSource.Result read = pipeline.apply("Read", source);
    failures.add(read.failures());
    ModuleCalls.Called called =
        threaded(pipeline.getOptions())
            .on(Step.applyAll(before, read.batches(), failures), failures);
    PCollection<Batch> vectors = Step.applyAll(after, called.batches(), failures);
    output.delete();
    List<String> steps =
        Stream.of(
                Step.descriptions(before),
                Step.descriptions(after),
                to == null ? List.<String>of() : List.of("stored in " + to.place()))
            .flatMap(List::stream)
            .toList();
    return new Built(
        to == null ? output.write(vectors, ROWS, packed) : to.apply(vectors, ROWS, failures),
        new VectorsWritten(
            called.sources(),
            recipe,
            steps,
            output,
            to == null ? VectorsWritten.Target.FILES : VectorsWritten.Target.STORE));
  }

  /** Divides the cores among the tasks that call modules in this process at the same time. */
  private ModuleCalls threaded(PipelineOptions options) {
    return calls.withTasks(source.parts(options.as(LocalTasks.class).getLocalTasks()));
  }

  /** What is known before the run. */
  private record VectorsWritten(
      List<ModuleManifest.Source> modules,
      @Nullable VectorRecipe recipe,
      List<String> steps,
      OutputPrefix output,
      Target target)
      implements Finish {

    /** Where the rows are. */
    private enum Target {
      FILES,
      STORE
    }

    @Override
    public ModuleManifest manifest(RunFolder run, long failures) throws IOException {
      if (target == Target.STORE) {
        Destination.Stored stored = Destination.Stored.read(run);
        return manifest(run, failures, stored.dimension(), stored.rows(), List.of());
      }
      WrittenFiles written = output.written(run);
      BatchSchema schema =
          OutputFiles.text(output.schema())
              .map(BatchSchema::parse)
              .orElse(new BatchSchema(List.of()));
      long dimension =
          schema.columns().stream()
              .filter(column -> column.name().equals(EMBEDDING))
              .mapToLong(column -> rowSize(column, schema.domain(EMBEDDING)))
              .findFirst()
              .orElse(0);
      return manifest(run, failures, dimension, written.rows(), written.names());
    }

    private ModuleManifest manifest(
        RunFolder run, long failures, long dimension, long rows, List<String> files)
        throws IOException {
      return new ModuleManifest(
          modules,
          recipe,
          ProjectionJson.left(run).orElse(null),
          steps,
          dimension,
          new ModuleManifest.Counts("row", rows, failures),
          files,
          Versions.used(),
          Instant.now().toString());
    }

    private static long rowSize(ArraySpec column, ColumnDomain domain) {
      List<Long> dims =
          domain.packed() == null ? column.shape().row().dims() : domain.packed().dims();
      return dims.stream().reduce(1L, (size, dim) -> dim < 0 ? 0 : size * dim);
    }
  }
}
