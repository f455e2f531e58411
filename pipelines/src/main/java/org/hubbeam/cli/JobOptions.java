package org.hubbeam.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.hubbeam.files.BatchSource;
import org.hubbeam.tfrecord.Corruption;
import picocli.CommandLine.Option;

/** The options of every program that reads files and writes TFRecords on an engine. */
final class JobOptions {

  @Option(
      names = "--shards",
      defaultValue = "0",
      paramLabel = "N",
      description = "how many files of TFRecords; 0, as many as the engine likes")
  private int shards;

  @Option(
      names = "--batchRows",
      defaultValue = "1024",
      paramLabel = "N",
      description = "the most rows in one call; otherwise ${DEFAULT-VALUE}")
  private int batchRows;

  @Option(
      names = "--corrupt",
      defaultValue = "FAIL",
      paramLabel = "POLICY",
      description = "damaged files: ${COMPLETION-CANDIDATES}; otherwise ${DEFAULT-VALUE}")
  private Corruption corrupt;

  @Option(
      names = "--runner",
      defaultValue = Engine.AUTO,
      paramLabel = "ENGINE",
      description =
          "flink, direct, or a Beam runner; otherwise flink in this process, and direct for input of"
              + " 4 MiB at most without options of Beam")
  private String runner;

  @Option(names = "--overwrite", description = "replace what an earlier run wrote")
  private boolean overwrite;

  /**
   * The options of the pipeline; file systems get them too.
   *
   * @param given those of the engine
   * @param inputs the names of the files that are read; none where they are not known
   * @param near the options of the program that are near to an unknown one
   */
  PipelineOptions pipeline(
      List<String> given, List<String> inputs, Function<String, Optional<String>> near) {
    PipelineOptions options = Engine.options(Engine.of(runner, given, inputs), given, near);
    FileSystems.setDefaultPipelineOptions(options);
    if (shards < 0) {
      throw new WrongUse("--shards=" + shards + " must be 0 or more");
    }
    if (batchRows < 1) {
      throw new WrongUse("--batchRows=" + batchRows + " must be 1 or more");
    }
    return options;
  }

  /** How many files of TFRecords; 0 for as many as the engine likes. */
  int shards() {
    return shards;
  }

  /** The most rows in one call. */
  int batchRows() {
    return batchRows;
  }

  /** A source with these batches and this policy. */
  BatchSource limited(BatchSource source) {
    return source.withBatchRows(batchRows).withCorruption(corrupt);
  }

  /** Refuses to write over these files, unless asked to. */
  void checkExisting(List<String> files) {
    if (!files.isEmpty() && !overwrite) {
      throw new WrongUse(
          "there is an output already, " + files.get(0) + "; --overwrite replaces it");
    }
  }
}
