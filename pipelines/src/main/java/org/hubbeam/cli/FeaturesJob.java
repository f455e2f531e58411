// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WrittenFiles;
import org.hubbeam.learning.FeatureColumns;

/**
 * Reads labelled rows, calls modules, and writes the features that a head is trained on.
 *
 * @param source reads the files
 * @param label adds labels and hashes to rows as they are read
 * @param features what modules give
 * @param later modules that take what is written, for the manifest
 * @param join makes one vector of all features
 */
record FeaturesJob(
    BatchSource source,
    List<Step> label,
    List<ModuleFeatures> features,
    List<ModuleManifest.Source> later,
    Step join,
    FeatureRecipe recipe,
    OutputPrefix output)
    implements Job {

  private static final String ROWS = "rows_of_features";

  FeaturesJob {
    label = List.copyOf(label);
    features = List.copyOf(features);
    later = List.copyOf(later);
  }

  @Override
  public String activity() {
    return features.isEmpty()
        ? "reading the rows"
        : "embedding with "
            + String.join(", ", features.stream().map(f -> f.calls().name()).distinct().toList());
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("embedding", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    BatchSource.Result read = pipeline.apply("Read", source);
    failures.add(read.failures());
    PCollection<Batch> rows = Step.applyAll(label, read.batches(), failures);
    int tasks = source.parts(pipeline.getOptions().as(LocalTasks.class).getLocalTasks());
    List<ModuleManifest.Source> modules = new ArrayList<>();
    List<String> steps = new ArrayList<>(Step.descriptions(label));
    for (int i = 0; i < features.size(); i++) {
      ModuleFeatures feature = features.get(i);
      String number = features.size() == 1 ? "" : " " + (i + 1);
      rows = Step.applyAll(feature.before(), rows, failures);
      ModuleCalls.Called called =
          feature.calls().withTasks(tasks).on("Embed" + number, rows, failures);
      rows = Step.applyAll(feature.after(), called.batches(), failures);
      if (!feature.made().isEmpty()) {
        Step drop = Step.dropping("Drop" + number, feature.made());
        rows = Step.applyAll(List.of(drop), rows, failures);
      }
      modules.addAll(called.sources());
      steps.addAll(Step.descriptions(feature.before()));
      steps.addAll(Step.descriptions(feature.after()));
    }
    modules.addAll(later);
    rows = Step.applyAll(List.of(join), rows, failures);
    output.delete();
    return new Built(
        output.write(rows, ROWS, List.of()), new FeaturesWritten(modules, steps, recipe, output));
  }

  /** What is known before the run. */
  private record FeaturesWritten(
      List<ModuleManifest.Source> modules,
      List<String> steps,
      FeatureRecipe recipe,
      OutputPrefix output)
      implements Finish {

    @Override
    public CachedFeaturesManifest manifest(RunFolder run, long failures) throws IOException {
      WrittenFiles written = output.written(run);
      BatchSchema schema =
          OutputFiles.text(output.schema())
              .map(BatchSchema::parse)
              .orElse(new BatchSchema(List.of()));
      long dimension =
          schema.columns().stream()
              .filter(c -> c.name().equals(FeatureColumns.VECTOR) && c.shape().row().isFull())
              .mapToLong(c -> c.shape().row().dims().stream().reduce(1L, (a, b) -> a * b))
              .findFirst()
              .orElse(0);
      return new CachedFeaturesManifest(
          new ModuleManifest(
              modules,
              null,
              null,
              steps,
              dimension,
              new ModuleManifest.Counts("row", written.rows(), failures),
              written.names(),
              Versions.used(),
              Instant.now().toString()),
          recipe);
    }
  }
}
