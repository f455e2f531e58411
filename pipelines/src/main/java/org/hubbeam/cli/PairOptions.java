// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hubbeam.files.BatchSource;
import org.hubbeam.files.CsvDialect;
import org.hubbeam.files.FileNames;
import org.hubbeam.files.TextOptions;
import org.hubbeam.learning.TextRows;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where pairs of texts are. */
@Section(Section.Heading.INPUT)
final class PairOptions {

  private static final String BOTH = "a pair has two";

  /** How files of pairs are written. */
  enum Format {
    /** Cells with tabs between; quotes are characters like others. */
    tsv,
    /** Cells with commas between, and quotes around those that have some. */
    csv
  }

  @Option(
      names = "--pairs",
      split = ",",
      paramLabel = "GLOB",
      description =
          "files of two columns, without a header: texts that say the same, such as sentences and"
              + " their translations")
  private List<String> pairs = new ArrayList<>();

  @Option(
      names = "--pairsFormat",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: csv for .csv, else tsv)")
  private @Nullable Format format;

  @Option(
      names = "--pairsHeader",
      description = "the first row of each file of pairs names the two columns")
  private boolean header;

  /** Whether there are some. */
  boolean isGiven() {
    return !pairs.isEmpty();
  }

  /** The names of the files. */
  List<String> files() {
    return pairs;
  }

  /** Rows with texts. */
  List<TextsJob.Source> sources(JobOptions job, TextRows.Grouping grouping) {
    return pairs.stream().map(glob -> source(glob, job, grouping)).toList();
  }

  private TextsJob.Source source(String glob, JobOptions job, TextRows.Grouping grouping) {
    if (glob.isBlank()) {
      throw new UsageException("--pairs has an empty name of a file");
    }
    Format read = format == null ? byName(glob) : format;
    CsvDialect dialect =
        CsvDialect.DEFAULT
            .withDelimiter(read == Format.tsv ? "\t" : ",")
            .withQuote(read == Format.tsv ? "" : "\"")
            .withColumnNames(header ? List.of() : List.of(TextRows.FIRST, TextRows.SECOND));
    BatchSource source = BatchSource.csv(glob, TextOptions.DEFAULT.withCsv(dialect));
    List<String> columns = source.columns().orElse(List.of());
    if (columns.size() != 2) {
      throw new UsageException(
          "--pairs="
              + glob
              + " has "
              + Formatting.of(columns.size(), "column")
              + " "
              + columns
              + ", and "
              + BOTH
              + "; is it another --pairsFormat than "
              + read
              + "?");
    }
    return new TextsJob.Source(job.limited(source), TextRows.of(columns, grouping));
  }

  private static Format byName(String glob) {
    String name = FileNames.unpacked(glob).toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") ? Format.csv : Format.tsv;
  }
}
