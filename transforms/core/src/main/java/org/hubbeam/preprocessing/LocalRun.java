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
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.Module;
import org.hubbeam.model.ModuleFunction;
import org.hubbeam.model.ModuleOptions;
import org.hubbeam.model.NewFolder;
import org.hubbeam.plan.AnalyzerResults;
import org.hubbeam.plan.Phase;
import org.hubbeam.plan.PhaseSummary;
import org.hubbeam.plan.VocabularyCounts;

/**
 * A preprocessing function analysed in this process. The files of its modules are in a temporary
 * folder, which goes when it is closed.
 */
public final class LocalRun implements AutoCloseable {

  private final Preprocessor preprocessor;
  private final Path folder;
  private AnalyzerResults results = AnalyzerResults.NONE;
  private TransformFn function;
  private BatchSchema schema;
  private Map<String, Array.Dense> reports;

  private LocalRun(Preprocessor preprocessor, Path folder) {
    this.preprocessor = preprocessor;
    this.folder = folder;
  }

  static LocalRun run(Preprocessor preprocessor, List<Batch> batches) {
    try {
      LocalRun run = new LocalRun(preprocessor, Files.createTempDirectory("hubbeam-local"));
      try {
        for (Phase phase : preprocessor.plan().phases()) {
          run.analyze(phase, batches);
        }
        Path written = run.folder.resolve(TracedModule.FUNCTION);
        TracedModule.writeTransform(preprocessor.trace(), run.results, Path::of, written);
        run.function = TransformFn.load(written, preprocessor.schema());
        run.reports = FixedValues.reported(preprocessor.trace(), run.results, Path::of);
        run.schema = FeatureSchema.build(preprocessor, run.results, Path::of);
        return run;
      } catch (RuntimeException | IOException e) {
        run.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleOptions options() {
    return ModuleOptions.DEFAULT.withOrigin(ModuleOptions.Origin.LOCAL);
  }

  private void analyze(Phase phase, List<Batch> batches) throws IOException {
    if (!phase.externals().isEmpty()) {
      throw new UnsupportedOperationException(
          "the analyzer "
              + phase.externals().get(0).node().name()
              + " is a whole transform, which only an engine runs");
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
      TracedModule.writePhase(preprocessor.trace(), phase, results, Path::of, written);
      try (Module loaded = Module.load(written, options())) {
        ModuleFunction function = loaded.function(FunctionChoice.of(TracedModule.FUNCTION));
        for (Batch batch : batches) {
          Map<String, Array> computed = function.call(arguments(batch));
          summary.add(batch.columns(), computed);
          tokens.add(batch.columns(), computed);
        }
      }
    }
    Path files = Files.createDirectories(folder.resolve("files"));
    results = results.with(summary.finish(files)).with(tokens.finish(files));
  }

  private Map<String, Array> arguments(Batch batch) {
    List<ArraySpec> columns = preprocessor.trace().inputs().stream().map(i -> i.spec()).toList();
    return TracedModule.arguments(columns, batch.columns());
  }

  /** The folder of the function: a SavedModel, as in {@code transform_fn}. */
  public Path transformFn() {
    return folder.resolve(TracedModule.FUNCTION);
  }

  /** What the analyzers found. */
  public AnalyzerResults results() {
    return results;
  }

  /** The function with what was found; closed with this. */
  public TransformFn function() {
    return function;
  }

  /** What the features are, with the ranges of integers that the analysis told. */
  public BatchSchema schema() {
    return schema;
  }

  /** What the function reports, by name. */
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
   * @param output a folder that is not there yet
   */
  public void write(Path output) throws IOException {
    TransformOutput.of(preprocessor, results).write(output, Path::of);
  }

  @Override
  public void close() {
    if (function != null) {
      function.close();
    }
    try {
      NewFolder.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
