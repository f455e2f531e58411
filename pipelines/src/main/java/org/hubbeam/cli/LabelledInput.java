// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.files.BatchSource;
import org.hubbeam.learning.FolderNames;
import org.hubbeam.learning.LabelRows;
import org.hubbeam.learning.Labels;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which files have labelled rows, and how they are read. */
@Section(Section.Heading.INPUT)
final class LabelledInput {

  @Mixin private LabelOptions labels;
  @Mixin private DialectOptions dialect;
  @Mixin private ColumnTypes types;
  @Mixin private MediaOptions media;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "GLOB",
      description = "files to read; - for standard input")
  private String input;

  private final StandardInput standard = new StandardInput();

  @Option(
      names = "--inputFormat",
      paramLabel = "FORMAT",
      description = "csv, jsonl, tfrecord, image, video, audio (default: detected)")
  private @Nullable InputFormat inputFormat;

  @Option(
      names = "--decode",
      paramLabel = "KIND",
      description = "decode the bytes in --column as ${COMPLETION-CANDIDATES}")
  private @Nullable Media decode;

  @Option(
      names = "--idColumn",
      paramLabel = "NAME",
      description = "the column that identifies a row in failures (default: file@offset)")
  private @Nullable String idColumn;

  private @Nullable InputFormat format;

  /** What is learnt, or compared with. */
  LabelOptions labels() {
    return labels;
  }

  /** How images, video and audio are decoded. */
  MediaOptions decoding() {
    return media;
  }

  /** The files. */
  String files() {
    return standard.file(input);
  }

  /** What the files hold: what the user says, or what they look like. */
  InputFormat format() {
    if (format == null) {
      InputFiles files = new InputFiles(files(), dialect.text());
      InputFormat found =
          inputFormat != null ? inputFormat : files.format().orElse(InputFormat.csv);
      if (inputFormat == null && found == InputFormat.text && dialect.isCsv()) {
        found = InputFormat.csv;
      }
      if (found == InputFormat.text || found == InputFormat.document) {
        throw new UsageException(
            input
                + " is read as "
                + found
                + ", which has no labels; --inputFormat=csv, jsonl or tfrecord reads columns");
      }
      if (found != InputFormat.csv && dialect.isCsv()) {
        throw new UsageException(
            "--delimiter, --quote, --header, --columnNames and --listDelimiter are for CSV; "
                + input
                + " is read as "
                + found);
      }
      files.check(found);
      format = found;
    }
    return format;
  }

  /** Whether each file is one row. */
  boolean isWholeFiles() {
    return format().media().isPresent();
  }

  /**
   * What is decoded; null for texts and tables.
   *
   * @param columns those that modules take
   */
  @Nullable Media media(Collection<String> columns) {
    if (decode != null && columns.isEmpty()) {
      throw new UsageException(
          "--decode=" + decode + " requires --column, the column of the bytes");
    }
    if (isWholeFiles() && (decode != null || !columns.isEmpty())) {
      throw new UsageException(
          "--inputFormat=" + format() + " reads whole files and excludes --column and --decode");
    }
    return decode == null ? format().media().orElse(null) : decode;
  }

  /** The column that names a row; null for file and offset. */
  @Nullable String id() {
    return idColumn == null && isWholeFiles() ? MediaOptions.FILE : idColumn;
  }

  /** Columns that no module takes. */
  Set<String> others() {
    Set<String> others = new LinkedHashSet<>(labels.columns());
    if (idColumn != null) {
      others.add(idColumn);
    }
    return others;
  }

  /**
   * Reads the files, once it is clear that they have the columns.
   *
   * @param columns those that modules take
   */
  BatchSource source(Labels learnt, Collection<String> columns, JobOptions options) {
    BatchSource source = options.limited(format().source(files(), dialect.text()));
    if (isWholeFiles()) {
      if (!learnt.column().equals(LabelOptions.FOLDER)) {
        throw new UsageException(
            "--label="
                + learnt.column()
                + ": files have no columns; --label=folder takes the name of the folder that a file"
                + " is in");
      }
      if (learnt.weights() != null) {
        throw new UsageException("--weightColumn=" + learnt.weights() + ": files have no columns");
      }
      return source;
    }
    check("--label", learnt.column(), source);
    check("--weightColumn", learnt.weights(), source);
    columns.forEach(column -> check("--column", column, source));
    check("--idColumn", idColumn, source);
    return source;
  }

  /** Sees to it that there is a column, if one is named. */
  static void check(String option, @Nullable String name, BatchSource source) {
    source
        .columns()
        .ifPresent(
            columns -> {
              if (name != null && !columns.contains(name)) {
                throw new UsageException(
                    option + "=" + name + ": no such column; the columns are " + columns);
              }
            });
  }

  /** The source with columns as functions declare them, and as the user does. */
  BatchSource typed(BatchSource source, Collection<ArraySpec> declared) {
    return types.read(source, List.copyOf(declared));
  }

  /** Steps that find the label of each row, before any module. */
  List<Step> steps(Labels learnt) {
    List<Step> steps = new ArrayList<>();
    if (isWholeFiles()) {
      steps.add(Step.withoutFailures("Folders", "", FolderNames.create()));
    }
    String id = id();
    LabelRows rows = LabelRows.of(learnt);
    steps.add(Step.of("Label", "", id == null ? rows : rows.withIdColumn(id)));
    return steps;
  }
}
