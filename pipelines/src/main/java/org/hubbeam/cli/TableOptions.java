// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
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
   * @param optional those that the files may lack as a whole
   */
  TransformJob.Input input(
      String glob, BatchSchema columns, Collection<String> optional, JobOptions job) {
    InputFiles files = new InputFiles(glob, dialect.text());
    TableFormat format = inputFormat == null ? TableFormat.detect(files, columns) : inputFormat;
    files.check(format.input());
    List<ArraySpec> read = new ArrayList<>();
    List<ArraySpec> absent = new ArrayList<>();
    Set<String> found = optional.isEmpty() ? Set.of() : files.columns(format.input());
    for (ArraySpec column : columns.columns()) {
      boolean lacking = optional.contains(column.name()) && !found.contains(column.name());
      (lacking ? absent : read).add(column);
    }
    BatchSchema schema = absent.isEmpty() ? columns : new BatchSchema(read);
    return new TransformJob.Input(glob, job.limited(format.source(files, schema)), absent);
  }
}
