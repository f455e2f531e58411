// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailuresFile;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.jspecify.annotations.Nullable;

/** One pipeline and the files that it writes. */
interface Job {

  /** What the job does, with what: {@code embedding with HANDLE}. */
  String activity();

  /** Where the job writes to. */
  Output output();

  /**
   * The stages of the pipeline, for the progress display; none where counters tell nothing.
   *
   * @param whole how much there is to do for all input
   */
  default List<ProgressDisplay.Stage> stages(Supplier<Whole> whole) {
    return List.of();
  }

  /**
   * Adds all steps of the job to a pipeline, and deletes an earlier output once nothing that can be
   * checked before the run is wrong.
   *
   * @param failures where the steps add the records that they refuse
   * @return what comes after them
   */
  Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException;

  /**
   * The steps of a job.
   *
   * @param written the names of all files but that of the failures, each when it is there
   * @param finish what is to do then
   */
  record Built(List<PCollection<String>> written, Finish finish) {
    public Built {
      written = List.copyOf(written);
    }

    private Built with(PCollection<String> more) {
      return new Built(Stream.concat(written.stream(), Stream.of(more)).toList(), finish);
    }
  }

  /** Makes the manifest of a pipeline that has run, in its launcher or its last step. */
  interface Finish extends Serializable {

    /**
     * Reads what the steps have left.
     *
     * @param run the folder of the run
     * @param failures how many there are
     */
    JobManifest manifest(RunFolder run, long failures) throws IOException;
  }

  /**
   * Who is told of a job.
   *
   * @param err the progress, as lines or on a terminal
   * @param metricsFile what the job counts; null for no file
   * @param whole how much each stage has to do that does not know it better
   */
  record Report(PrintWriter err, @Nullable String metricsFile, Supplier<Whole> whole) {}

  /** Looks at a job while it runs. */
  interface Following {
    /** The job has ended. */
    void end();
  }

  /**
   * Looks at what steps leave in the folder of the run, to tell more of it than counters do.
   *
   * @return told when the job has ended
   */
  default Following follow(RunFolder run, ProgressDisplay watch) {
    return () -> {};
  }

  /**
   * Runs the pipeline, waits for it, and writes the manifest when everything else is written.
   *
   * @param report who is told of it
   */
  default Summary run(PipelineOptions options, Report report) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    Finish finish = buildAll(pipeline).finish();
    String started = activity() + " on " + Engines.of(options).title() + output().told();
    Execution execution;
    try (ProgressDisplay watch =
            new ProgressDisplay(
                report.err,
                new ProgressDisplay.Start(started, Engines.of(options).title()),
                stages(report.whole));
        MetricsFile metrics = new MetricsFile(report.metricsFile, watch)) {
      Following following = follow(RunFolder.of(options), watch);
      try {
        execution = Execution.run(pipeline, watch);
      } finally {
        following.end();
      }
      metrics.done();
    }
    JobManifest manifest =
        finish.manifest(RunFolder.of(options), OutputFiles.lines(output().failures()));
    WholeFile.write(output().manifest(), manifest.toJson());
    return new Summary(manifest, execution.took(), output());
  }

  /**
   * Submits the pipeline to a cluster, which then does all that {@link #run} does.
   *
   * @param folders what goes at the end
   */
  default void submit(PipelineOptions options, RunFolders folders) throws IOException {
    Pipeline pipeline = Pipeline.create(options);
    Built built = buildAll(pipeline);
    PCollectionList.of(built.written).apply("Last", LastStep.of(built.finish, output(), folders));
    Execution.submit(pipeline);
  }

  private Built buildAll(Pipeline pipeline) throws IOException {
    List<PCollection<Failure>> failures = new ArrayList<>();
    Built built = build(pipeline, failures);
    return built.with(
        PCollectionList.of(failures)
            .apply("AllFailures", Flatten.pCollections())
            .apply("Failures", FailuresFile.of(output().failures())));
  }

  /**
   * What a job did.
   *
   * @param took how long it ran
   */
  record Summary(JobManifest manifest, RunDuration took, Output output) {

    /** The number of rows written. */
    long rows() {
      return manifest.rows().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The result in one line. */
    String line() {
      List<String> parts = new ArrayList<>();
      manifest.rows().forEach((unit, count) -> parts.add(Formatting.of(count, unit)));
      parts.add(Formatting.of(manifest.failures(), "failure"));
      parts.addAll(manifest.details());
      parts.add(took.text(rows()));
      int files = manifest.files().size();
      // A prefix that is a folder, too, is not where the files are.
      boolean many = files > 1 || files == 1 && Files.isDirectory(Path.of(output.path()));
      return String.join(", ", parts)
          + output.told()
          + (many ? "-*, " + Formatting.of(files, "file") : "");
    }

    /** Everything to print. */
    List<String> lines() {
      return Stream.concat(manifest.reported().stream(), Stream.of(line())).toList();
    }
  }
}
