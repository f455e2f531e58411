package org.hubbeam.cli;

import org.hubbeam.batch.BatchSchema;
import picocli.CommandLine.Option;

/** How files of a table are read. */
final class TableOptions {

  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; otherwise as the names of the files say")
  private TableFormat inputFormat;

  /**
   * Files as input of a job.
   *
   * @param columns what they have
   */
  TransformJob.Input input(String glob, BatchSchema columns, JobOptions job) {
    TableFormat format = inputFormat == null ? TableFormat.of(glob) : inputFormat;
    return new TransformJob.Input(glob, job.limited(format.source(glob, columns)));
  }
}
