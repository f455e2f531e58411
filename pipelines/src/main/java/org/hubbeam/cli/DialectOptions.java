// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import org.hubbeam.files.CsvDialect;
import org.hubbeam.files.TextOptions;
import picocli.CommandLine.Option;

/** The options that say how text and CSV are written. */
@Section(Section.Heading.INPUT)
final class DialectOptions {

  /** Whether the first record of CSV has the names of the columns. */
  enum Header {
    yes,
    no
  }

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description =
          "the encoding of text without a byte order mark, such as windows-1252 (default: UTF-8)")
  private String encoding;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "what is between cells of CSV; also 'tab' (default: tab for .tsv, else comma)")
  private String delimiter;

  @Option(
      names = "--quote",
      paramLabel = "CHAR",
      description = "what is around cells of CSV; also 'none' (default: \")")
  private String quote;

  @Option(
      names = "--header",
      paramLabel = "yes|no",
      description =
          "whether the first record of CSV names the columns; 'no' requires --columnNames"
              + " (default: yes)")
  private Header header;

  @Option(
      names = "--columnNames",
      paramLabel = "NAME",
      split = ",",
      description = "the columns of CSV without a header, in their order")
  private List<String> columnNames = new ArrayList<>();

  @Option(
      names = "--listDelimiter",
      paramLabel = "CHAR",
      description = "what is between the values of a list in one cell of CSV (default: no lists)")
  private String listDelimiter;

  /** Whether an option is given that is only for CSV. */
  boolean isCsv() {
    return delimiter != null
        || quote != null
        || header != null
        || !columnNames.isEmpty()
        || listDelimiter != null;
  }

  /** How files are read. */
  TextOptions text() {
    if ((header == Header.no) == columnNames.isEmpty()) {
      throw new UsageException(
          columnNames.isEmpty()
              ? "--header=no requires the names of the columns, --columnNames=a,b,c"
              : "--columnNames requires --header=no; with a header, the file names its columns");
    }
    CsvDialect dialect = CsvDialect.DEFAULT;
    try {
      dialect = delimiter == null ? dialect : dialect.withDelimiter(delimiter());
      dialect = quote == null ? dialect : dialect.withQuote(quote.equals("none") ? "" : quote);
      dialect = dialect.withColumnNames(columnNames);
      dialect =
          listDelimiter == null
              ? dialect
              : dialect.withListDelimiter(character("--listDelimiter", listDelimiter));
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
    TextOptions options = TextOptions.DEFAULT.withCsv(dialect);
    return encoding == null ? options : options.withEncoding(charset());
  }

  private String delimiter() {
    return character("--delimiter", delimiter);
  }

  private static String character(String option, String given) {
    if (given.isEmpty()) {
      throw new UsageException(option + "= must be one character, or tab");
    }
    return given.equalsIgnoreCase("tab") || given.equals("\\t") ? "\t" : given;
  }

  private Charset charset() {
    try {
      return Charset.forName(encoding);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new UsageException(
          "--encoding="
              + encoding
              + " is not known; some that are: UTF-8, UTF-16LE, ISO-8859-1, windows-1252,"
              + " Shift_JIS, GB18030");
    }
  }
}
