// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.files.BatchSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all jobs have. */
@Section(Section.Heading.RUNNER)
final class JobOptions {

  @Section(Section.Heading.OUTPUT)
  @Option(
      names = "--shards",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "the number of TFRecord files, or of shards of an index (default: chosen automatically)")
  private int shards;

  @Option(
      names = "--batchRows",
      defaultValue = "1024",
      paramLabel = "N",
      description = "the maximum number of rows per call (default: ${DEFAULT-VALUE})")
  private int batchRows;

  @Section(Section.Heading.FAILURES)
  @Option(
      names = {"--onBadFile", "--corrupt"},
      defaultValue = "fail",
      paramLabel = "POLICY",
      converter = BadFile.Converter.class,
      description =
          "what to do with files that are damaged, cut off, gone or changed while they are read:"
              + " fail; skip (what cannot be read of a file is one failure); skipRecord (a damaged"
              + " TFRecord is one failure) (default: ${DEFAULT-VALUE})")
  private BadFile onBadFile;

  @Option(
      names = "--runner",
      defaultValue = Engines.AUTO,
      paramLabel = "ENGINE",
      description =
          "flink or direct, or another runner of Beam on the class path (default: flink, in this"
              + " process; direct for at most 4 MiB of input and no Beam options)")
  private String runner;

  @Option(
      names = "--metricsFile",
      paramLabel = "FILE",
      description = "write what the job counts to this file, as JSON, while it runs and at the end")
  private @Nullable String metricsFile;

  @Option(
      names = "--detached",
      description =
          "submit the job to a Flink cluster and return; the manifest is written by its last step")
  private boolean detached;

  @Section(Section.Heading.OUTPUT)
  @Option(names = "--overwrite", description = "replace an earlier output")
  private boolean overwrite;

  /**
   * Makes the options of the pipeline, and passes them to Beam's file systems.
   *
   * @param given Beam's options
   * @param inputs the globs of the files that are read; empty if there are none
   * @param near finds the options of the program that are similar to an unknown one
   */
  PipelineOptions pipeline(
      List<String> given, List<String> inputs, Function<String, List<String>> near) {
    PipelineOptions options = Engines.options(Engines.select(runner, given, inputs), given, near);
    FileSystems.setDefaultPipelineOptions(options);
    if (shards < 0) {
      throw new UsageException("--shards=" + shards + " must be 0 or more");
    }
    if (batchRows < 1) {
      throw new UsageException("--batchRows=" + batchRows + " must be 1 or more");
    }
    return options;
  }

  /** Where to write what the job counts; null for nowhere. */
  @Nullable String metricsFile() {
    return metricsFile;
  }

  /**
   * Whether the job goes on without its launcher.
   *
   * @throws UsageException if it should, and cannot
   */
  boolean isDetached(PipelineOptions pipeline) {
    if (!detached) {
      return false;
    }
    if (!Engines.of(pipeline).isDetachable(pipeline)) {
      throw new UsageException(
          "--detached needs a cluster of Flink that can be asked for its jobs,"
              + " --flinkMaster=HOST:PORT; this job ends with its launcher");
    }
    if (metricsFile != null) {
      throw new UsageException(
          "--metricsFile="
              + metricsFile
              + " is written while the launcher waits for the job; leave it or --detached out");
    }
    return true;
  }

  /** Whether the job is to go on without its launcher. */
  boolean isDetachedAsked() {
    return detached;
  }

  /** The number of TFRecord files; 0 lets the engine choose. */
  int shards() {
    return shards;
  }

  /** The maximum number of rows per call. */
  int batchRows() {
    return batchRows;
  }

  /** A source with this batch size and this policy for damaged files. */
  BatchSource limited(BatchSource source) {
    return source.withBatchRows(batchRows).withCorruption(onBadFile.corruption());
  }

  /** Whether an earlier output is replaced. */
  boolean isOverwriting() {
    return overwrite;
  }

  /** Checks that an output has no files, unless they may be replaced. */
  void checkExisting(Output output) throws IOException {
    List<String> files = output.existing();
    if (files.isEmpty() || overwrite) {
      return;
    }
    String manifest = OutputFiles.names(List.of(output.manifest())).get(0);
    boolean whole = OutputFiles.names(files).contains(manifest);
    throw new UsageException(
        "the output exists already: "
            + files.get(0)
            + (whole ? "" : " (without " + manifest + ": its run did not end, or was left alone)")
            + "; use --overwrite to replace it");
  }
}
