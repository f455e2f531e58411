// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.plan.VocabularyCounts;

/**
 * A preprocessing function that was analysed in this process. Its SavedModel and vocabularies are
 * in a temporary folder, which is deleted on close.
 */
public final class LocalRun implements AutoCloseable {

  private final Preprocessor preprocessor;
  private final Path folder;
  private final AnalyzerResults results;
  private final BatchSchema schema;
  private final Map<String, Array.Dense> reports;
  private final TransformFn function;

  private LocalRun(Preprocessor preprocessor, Path folder, AnalyzerResults results)
      throws IOException {
    this.preprocessor = preprocessor;
    this.folder = folder;
    this.results = results;
    TracedModule.writeTransform(preprocessor.trace(), results, Path::of, transformFn());
    this.schema = FeatureSchema.build(preprocessor, results, Path::of);
    this.reports = FixedValues.reported(preprocessor.trace(), results, Path::of);
    this.function = TransformFn.load(transformFn(), preprocessor.schema());
  }

  static LocalRun run(Preprocessor preprocessor, List<Batch> batches) {
    try {
      Path folder = Files.createTempDirectory("hubbeam-local");
      try {
        AnalyzerResults results = AnalyzerResults.NONE;
        for (Phase phase : preprocessor.plan().phases()) {
          results = results.with(analyze(preprocessor, phase, results, batches, folder));
        }
        return new LocalRun(preprocessor, folder, results);
      } catch (RuntimeException | IOException e) {
        FileTrees.delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleOptions options() {
    return ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL);
  }

  private static AnalyzerResults analyze(
      Preprocessor preprocessor,
      Phase phase,
      AnalyzerResults results,
      List<Batch> batches,
      Path folder)
      throws IOException {
    if (!phase.externals().isEmpty()) {
      throw new UnsupportedOperationException(
          "the analyzer "
              + phase.externals().get(0).node().name()
              + " is a custom transform, which runs in pipelines only");
    }
    PhaseSummary summary = PhaseSummary.of(phase);
    VocabularyCounts tokens = VocabularyCounts.of(phase);
    if (phase.computed().isEmpty()) {
      for (Batch batch : batches) {
        summary.add(batch.columns(), Map.of());
        tokens.add(batch.columns(), Map.of());
      }
    } else {
      Path written = folder.resolve("phase_" + phase.number());
      TracedModule.writePhase(preprocessor.plan(), phase, results, Path::of, written);
      try (Module loaded = Module.load(written, options())) {
        ModuleFunction function = loaded.function(FunctionChoice.of(TracedModule.FUNCTION));
        for (Batch batch : batches) {
          Map<String, Array> computed = function.call(arguments(preprocessor, batch));
          summary.add(batch.columns(), computed);
          tokens.add(batch.columns(), computed);
        }
      }
    }
    Path files = Files.createDirectories(folder.resolve("files"));
    return summary.finish(files).with(tokens.finish(files));
  }

  private static Map<String, Array> arguments(Preprocessor preprocessor, Batch batch) {
    List<ArraySpec> columns = preprocessor.trace().inputs().stream().map(i -> i.spec()).toList();
    return TracedModule.arguments(columns, batch.columns());
  }

  /** The folder of the function: a SavedModel, as in {@code transform_fn}. */
  public Path transformFn() {
    return folder.resolve(TracedModule.FUNCTION);
  }

  /** The results of the analyzers. */
  public AnalyzerResults results() {
    return results;
  }

  /** The function with the results of its analyzers. It is closed with this object. */
  public TransformFn function() {
    return function;
  }

  /** The features, with the ranges of integers as determined by the analysis. */
  public BatchSchema schema() {
    return schema;
  }

  /** The reported values by name. */
  public Map<String, Array.Dense> reports() {
    return reports;
  }

  /** The features of these rows; see {@link TransformFn#apply(Batch)}. */
  public Batch transform(Batch rows) {
    return function.apply(rows);
  }

  /**
   * Writes the transform output.
   *
   * @param output a folder that does not exist yet
   */
  public void write(Path output) throws IOException {
    TransformOutput.of(preprocessor, results).write(output, Path::of);
  }

  @Override
  public void close() {
    function.close();
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
