// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.batch.BatchSchema;
import picocli.CommandLine.Option;

/** The options that say how a table is read. */
@Section(Section.Heading.INPUT)
final class TableOptions {

  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: detected from the file names)")
  private TableFormat inputFormat;

  /**
   * The input of a job.
   *
   * @param columns the columns of the files
   */
  TransformJob.Input input(String glob, BatchSchema columns, JobOptions job) {
    TableFormat format = inputFormat == null ? TableFormat.detect(glob) : inputFormat;
    return new TransformJob.Input(glob, job.limited(format.source(glob, columns)));
  }
}
