// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * How CSV is written. Characters are single ASCII characters.
 *
 * @param delimiter what stands between cells: {@code ","} or {@code "\t"}; empty: a tab in files
 *     whose name says {@code .tsv} or {@code .tab}, else a comma
 * @param quote what stands around cells that have delimiters or line breaks, and twice for itself;
 *     empty: nothing, and every quote is text
 * @param columnNames the names of the columns of files without a header; empty: the first record
 *     has them
 * @param listDelimiter what stands between the values of a list in one cell; empty: a cell is one
 *     value
 */
public record CsvDialect(
    String delimiter, String quote, List<String> columnNames, String listDelimiter)
    implements Serializable {

  /** Commas or, in {@code .tsv} files, tabs; double quotes; a header; no lists. */
  public static final CsvDialect DEFAULT = new CsvDialect("", "\"", List.of(), "");

  public CsvDialect {
    check("delimiter", delimiter);
    check("quote", quote);
    check("delimiter of lists", listDelimiter);
    columnNames = List.copyOf(columnNames);
    if (new HashSet<>(columnNames).size() < columnNames.size()) {
      throw new IllegalArgumentException("two columns have the same name in " + columnNames);
    }
    List<String> given = new ArrayList<>(List.of(delimiter, quote, listDelimiter));
    given.removeIf(String::isEmpty);
    if (new HashSet<>(given).size() < given.size()) {
      throw new IllegalArgumentException(
          "the delimiter, the quote and the delimiter of lists must differ, not be " + given);
    }
  }

  private static void check(String what, String text) {
    boolean one = text.length() == 1 && text.charAt(0) < 0x80 && "\r\n\0".indexOf(text) < 0;
    if (!text.isEmpty() && !one) {
      throw new IllegalArgumentException(
          "the " + what + " must be one ASCII character, and no line break, not '" + text + "'");
    }
  }

  /** With this between cells. */
  public CsvDialect withDelimiter(String value) {
    return new CsvDialect(value, quote, columnNames, listDelimiter);
  }

  /** With this around cells; nothing where it is empty. */
  public CsvDialect withQuote(String value) {
    return new CsvDialect(delimiter, value, columnNames, listDelimiter);
  }

  /** For files without a header, whose columns have these names. */
  public CsvDialect withColumnNames(List<String> names) {
    return new CsvDialect(delimiter, quote, names, listDelimiter);
  }

  /** With this between the values of a list in one cell. */
  public CsvDialect withListDelimiter(String value) {
    return new CsvDialect(delimiter, quote, columnNames, value);
  }

  /** The dialect of a file, with its delimiter. */
  CsvDialect of(String file) {
    return delimiter.isEmpty()
        ? withDelimiter(FileNames.unpacked(file).matches("(?i).*\\.(tsv|tab)") ? "\t" : ",")
        : this;
  }
}
