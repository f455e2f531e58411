// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.learning.FeatureColumns;
import org.hubbeam.learning.TextRows;
import org.hubbeam.learning.VectorRows;
import org.jspecify.annotations.Nullable;

/**
 * Reads the texts that an encoder learns from, and writes them, with the vectors of a teacher if
 * there is one.
 *
 * @param teacher gives the column {@link FeatureColumns#VECTOR}; null for none
 */
record TextsJob(
    List<Source> sources, @Nullable ModuleCalls teacher, FeatureRecipe recipe, OutputPrefix output)
    implements Job {

  private static final String ROWS = "texts_read";

  TextsJob {
    sources = List.copyOf(sources);
  }

  /** Files, and the texts in their columns. */
  record Source(BatchSource files, TextRows texts) {}

  @Override
  public String activity() {
    return teacher == null ? "reading pairs" : "embedding with " + teacher.name();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(
        new ProgressDisplay.Stage(teacher == null ? "reading" : "embedding", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    List<PCollection<Batch>> read = new ArrayList<>();
    int tasks = 0;
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      String number = sources.size() == 1 ? "" : " " + (i + 1);
      BatchSource.Result rows = pipeline.apply("Read" + number, source.files);
      failures.add(rows.failures());
      read.add(rows.batches().apply("Texts" + number, source.texts).failuresTo(failures));
      tasks += source.files.parts(pipeline.getOptions().as(LocalTasks.class).getLocalTasks());
    }
    PCollection<Batch> texts =
        read.size() == 1
            ? read.get(0)
            : PCollectionList.of(read).apply("All", Flatten.pCollections());
    List<ModuleManifest.Source> modules = List.of();
    if (teacher != null) {
      ModuleCalls.Called called = teacher.withTasks(tasks).on("Embed", texts, failures);
      modules = called.sources();
      texts =
          called
              .batches()
              .apply("Vectors", VectorRows.of(FeatureColumns.VECTOR))
              .failuresTo(failures);
    }
    output.delete();
    return new Built(
        output.write(texts, ROWS, List.of()), new TextsWritten(modules, recipe, output));
  }

  /** What is known before the run. */
  private record TextsWritten(
      List<ModuleManifest.Source> modules, FeatureRecipe recipe, OutputPrefix output)
      implements Finish {

    @Override
    public CachedFeaturesManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles written = output.written(run);
      return new CachedFeaturesManifest(
          new ModuleManifest(
              modules,
              null,
              null,
              List.of(),
              0,
              new ModuleManifest.Counts(
                  modules.isEmpty() ? "pair" : "text", written.rows(), failures),
              written.names(),
              Versions.used(),
              Instant.now().toString()),
          recipe);
    }
  }
}
