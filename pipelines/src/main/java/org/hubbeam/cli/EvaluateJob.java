// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.hubbeam.learning.MeasureScores;
import org.hubbeam.report.ReportPage;
import org.hubbeam.report.TrainingReport;
import org.hubbeam.training.Metrics;
import org.hubbeam.training.Task;

/**
 * Reads labelled rows, calls a module, and measures its scores: one pipeline.
 *
 * @param source reads the files
 * @param before the steps before the module
 * @param calls the modules, of which the last gives the scores
 * @param measure what is measured
 */
record EvaluateJob(
    BatchSource source,
    List<Step> before,
    ModuleCalls calls,
    MeasureScores measure,
    About about,
    EvaluatedFolder output)
    implements Job {

  private static final String ROWS = "rows_scored";
  private static final String MEASURED = "measured";

  EvaluateJob {
    before = List.copyOf(before);
  }

  /**
   * What the report tells beside the metrics.
   *
   * @param input the files that were read
   * @param options those of the program
   */
  record About(Task task, Mistakes mistakes, String input, List<String> options)
      implements Serializable {
    About {
      options = List.copyOf(options);
    }
  }

  /** How mistakes are shown. */
  enum Mistakes {
    TEXTS,
    PICTURES
  }

  @Override
  public String activity() {
    return "evaluating " + calls.name();
  }

  @Override
  public List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of(new ProgressDisplay.Stage("evaluating", List.of(ROWS), whole));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    BatchSource.Result read = pipeline.apply("Read", source);
    failures.add(read.failures());
    int tasks = source.parts(pipeline.getOptions().as(LocalTasks.class).getLocalTasks());
    ModuleCalls.Called called =
        calls
            .withTasks(tasks)
            .on("Score", Step.applyAll(before, read.batches(), failures), failures);
    MeasureScores.Result measured =
        called.batches().apply("Count", RowCount.of(ROWS)).apply("Measure", measure);
    failures.add(measured.failures());
    output.delete();
    return new Built(
        List.of(measured.measured().apply("Leave", LeftBatch.of(MEASURED))),
        new Evaluated(called.sources(), measure, about, output));
  }

  /** What is known before the run. */
  private record Evaluated(
      List<ModuleManifest.Source> modules,
      MeasureScores measure,
      About about,
      EvaluatedFolder output)
      implements Finish {

    @Override
    public EvaluateManifest manifest(RunFolder run, long failures) throws IOException {
      Batch measured = LeftBatch.read(run, MEASURED).orElse(null);
      Metrics metrics = measure.metrics(measured);
      EvaluateManifest manifest =
          new EvaluateManifest(
              modules,
              metrics,
              new EvaluateManifest.Rows(about.input, failures),
              about.options,
              Versions.used(),
              Instant.now().toString());
      TrainingReport report =
          TrainingReport.of(modules.get(modules.size() - 1).handle(), about.task)
              .withPart(about.input, metrics, failures)
              .withShown(
                  about.mistakes == Mistakes.PICTURES
                      ? TrainingReport.Shown.PICTURE
                      : TrainingReport.Shown.TEXT);
      WholeFile.write(output.report(), report.toJson().toPrettyString() + "\n");
      WholeFile.write(
          output.page(), ReportPage.of(report.withManifest(manifest.json()), Evaluated::picture));
      return manifest;
    }

    private static Optional<byte[]> picture(String file) {
      try {
        return OutputFiles.bytes(file);
      } catch (IOException | UncheckedIOException e) {
        return Optional.empty();
      }
    }
  }
}
