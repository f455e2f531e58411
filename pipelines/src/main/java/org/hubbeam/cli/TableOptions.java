// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import org.hubbeam.batch.BatchSchema;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say how a table is read. */
@Section(Section.Heading.INPUT)
final class TableOptions {

  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: detected)")
  private TableFormat inputFormat;

  @Mixin private DialectOptions dialect;

  /**
   * The input of a job.
   *
   * @param columns the columns of the files
   */
  TransformJob.Input input(String glob, BatchSchema columns, JobOptions job) {
    InputFiles files = new InputFiles(glob, dialect.text());
    TableFormat format = inputFormat == null ? TableFormat.detect(files, columns) : inputFormat;
    files.check(format.input());
    return new TransformJob.Input(glob, job.limited(format.source(files, columns)));
  }
}
