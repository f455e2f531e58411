// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.files.LineFormat.LineException;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.Corruption;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values with a header line, see {@link BatchSource#csv}. A large file is cut where
 * records begin, which a first look through it finds: a line break within quotes is none.
 */
final class CsvFormat implements Format {
  private static final long serialVersionUID = 1;

  private final ArrayList<String> columns;
  private final @Nullable BatchSchema schema;
  private final TextOptions options;
  private final Header header;

  /** Which columns a file may have beside those that are read. */
  private enum Header {
    /** None. */
    THESE_COLUMNS,
    /** Any. */
    AMONG_OTHERS
  }

  /** All columns, which each file must have, as strings. */
  CsvFormat(List<String> columns, TextOptions options) {
    this.options = options;
    this.columns = new ArrayList<>(columns);
    this.schema = null;
    this.header = Header.THESE_COLUMNS;
  }

  /** The columns of a schema, which each file must have among others. */
  CsvFormat(BatchSchema schema, TextOptions options) {
    this(examples(schema), options, Header.AMONG_OTHERS);
  }

  private static BatchSchema examples(BatchSchema schema) {
    schema.features();
    return schema;
  }

  private CsvFormat(BatchSchema schema, TextOptions options, Header header) {
    CsvCells.check(schema, options.csv());
    this.options = options;
    this.columns = new ArrayList<>(schema.columns().stream().map(ArraySpec::name).toList());
    this.schema = schema;
    this.header = header;
  }

  @Override
  public Format declaring(DeclaredColumns declared) {
    if (schema != null || columns.stream().noneMatch(declared.columns()::containsKey)) {
      return this;
    }
    boolean lists = !options.csv().listDelimiter().isEmpty();
    List<ArraySpec> texts = new ArrayList<>();
    for (String column : columns) {
      texts.add(
          lists
              ? new ArraySpec(column, DType.STRING, Shape.of(-1, -1), Layout.RAGGED)
              : new ArraySpec(column, DType.STRING, Shape.of(-1), Layout.DENSE));
    }
    return new CsvFormat(declared.schema(texts), options, Header.THESE_COLUMNS);
  }

  @Override
  public java.util.List<String> columns() {
    return columns;
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public Sharing sharing() {
    return Sharing.PARTS;
  }

  @Override
  public boolean splits(byte[] head) {
    return TextStream.isPlain(head, options);
  }

  @Override
  public List<FileRange> cut(FileRange whole, long bytes, int longest, InputStream in)
      throws IOException {
    if (whole.split(bytes).size() == 1) {
      return List.of(whole);
    }
    List<Long> cuts = CsvRecords.cuts(in, options.csv().of(whole.file()), bytes, longest);
    List<FileRange> parts = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      parts.add(whole.part(cuts.get(i), i + 1 < cuts.size() ? cuts.get(i + 1) : Long.MAX_VALUE));
    }
    return parts;
  }

  /**
   * The names of the columns of a file.
   *
   * @param file for messages
   * @throws IllegalArgumentException when there is no header
   */
  static List<String> header(String file, InputStream text, TextOptions options, int longest)
      throws IOException {
    CsvDialect dialect = options.csv().of(file);
    if (!dialect.columnNames().isEmpty()) {
      return dialect.columnNames();
    }
    CsvRecords records = new CsvRecords(text, dialect, 0, Long.MAX_VALUE, longest);
    if (!records.next()) {
      throw new IllegalArgumentException(file + " is empty: it has no header with column names");
    }
    String fault = headerFault(records);
    if (fault != null) {
      throw new IllegalArgumentException(file + ": " + fault);
    }
    return names(records);
  }

  /** Why a record cannot be a header; null where it can. */
  private static @Nullable String headerFault(CsvRecords records) {
    if (records.tooLong() > 0) {
      return "the header has " + records.tooLong() + " bytes, which is too long";
    }
    if (records.isOpen()) {
      return "the header has a quote that is left open";
    }
    return records.fault() >= 0
        ? "the header is no UTF-8; --encoding names another encoding"
        : null;
  }

  private static List<String> names(CsvRecords records) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < records.cells(); i++) {
      int start = records.start(i);
      names.add(
          new String(records.buffer(), start, records.end(i) - start, StandardCharsets.UTF_8)
              .strip());
    }
    return List.copyOf(names);
  }

  /** Why a file cannot be read with these columns; null where it can. */
  private @Nullable String otherColumns(List<String> names) {
    Set<String> seen = new LinkedHashSet<>();
    for (String name : names) {
      if (!seen.add(name) && (header == Header.THESE_COLUMNS || columns.contains(name))) {
        return "the header has two columns named '" + name + "'";
      }
    }
    if (header == Header.AMONG_OTHERS) {
      Set<String> found = new LinkedHashSet<>(names);
      List<String> missing = columns.stream().filter(name -> !found.contains(name)).toList();
      return missing.isEmpty()
          ? null
          : "the header has the columns "
              + names
              + "; the schema has "
              + missing
              + " too"
              + otherDelimiter(names);
    }
    return new LinkedHashSet<>(names).equals(new LinkedHashSet<>(columns))
        ? null
        : "the header has the columns " + names + "; the first file has " + columns;
  }

  /** A hint where a header of one column looks like several; else empty. */
  static String otherDelimiter(List<String> header) {
    for (char other : new char[] {';', '\t', '|', ','}) {
      if (header.size() == 1 && header.get(0).indexOf(other) >= 0) {
        return "; is '"
            + (other == '\t' ? "tab" : String.valueOf(other))
            + "' the delimiter (--delimiter)?";
      }
    }
    return "";
  }

  /**
   * Refuses a file that has not each of the columns once.
   *
   * @throws IllegalArgumentException naming those it has and lacks
   */
  void check(String file, List<String> header) {
    String fault = otherColumns(header);
    if (fault != null) {
      throw new IllegalArgumentException(file + ": " + fault);
    }
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver taker)
      throws IOException {
    LineNumbers numbers = new LineNumbers(range, options, LineNumbers.Ends.LINE_FEED_OR_RETURN);
    try (NumberedFailures numbered = new NumberedFailures(numbers, taker)) {
      Part part = new Part(range, limits, Receiver.fitting(schema, numbered));
      String fault;
      IOException cause = null;
      ByteSource source = new ByteSource(channel);
      try (TextStream text = TextStream.open(range, source, options)) {
        fault = part.read(text, channel);
      } catch (IOException e) {
        if (source.isBroken()) {
          throw e;
        }
        cause = e;
        fault = TextStream.fault(e);
      }
      ReadLimits.finish(part.builder, part.out);
      if (fault != null && limits.corruption() == Corruption.FAIL) {
        throw numbered.corrupt(range, part.offset, fault, cause);
      }
      if (fault != null) {
        part.refuse(part.offset, "", fault + "; the rest of the file is lost");
      }
    }
  }

  /** Makes rows of the records of a part of a file. */
  private final class Part {
    private final FileRange range;
    private final CsvDialect dialect;
    private final ReadLimits limits;
    private final Receiver out;
    private final BatchBuilder builder;

    /** Where the record begins in the file. */
    private long offset;

    Part(FileRange range, ReadLimits limits, Receiver out) {
      this.range = range;
      this.dialect = options.csv().of(range.file());
      this.limits = limits;
      this.out = out;
      this.builder = new BatchBuilder(range.file());
    }

    /**
     * Reads all records.
     *
     * @return null, or why the file is given up
     */
    @Nullable String read(TextStream text, ReadableByteChannel channel) throws IOException {
      List<String> names = dialect.columnNames();
      if (range.from() > 0) {
        SeekableByteChannel seekable = (SeekableByteChannel) channel;
        seekable.position(0);
        CsvRecords first = new CsvRecords(text, dialect, 0, Long.MAX_VALUE, limits.record());
        if (names.isEmpty() && first.next()) {
          String fault = headerFault(first);
          if (fault != null) {
            return fault;
          }
          names = names(first);
        }
        seekable.position(range.from());
      }
      CsvRecords records = new CsvRecords(text, dialect, range.from(), range.to(), limits.record());
      if (names.isEmpty()) {
        if (!records.next()) {
          return null;
        }
        String fault = headerFault(records);
        if (fault != null) {
          return fault;
        }
        names = names(records);
      }
      String other = otherColumns(names);
      if (other != null) {
        return other;
      }
      CsvCells cells = new CsvCells(names, columns, schema, dialect, builder);
      try {
        while (records.next()) {
          offset = text.inFile(records.offset());
          row(records, text, cells);
        }
      } catch (IOException e) {
        offset = text.inFile(records.offset());
        throw e;
      }
      return null;
    }

    private void row(CsvRecords record, TextStream text, CsvCells cells) {
      if (record.isOpen()) {
        refuseOpen(record, text);
      } else if (record.tooLong() > 0) {
        refuse(
            offset,
            "",
            "a record of "
                + record.tooLong()
                + " bytes; at most "
                + limits.record()
                + " are allowed");
      } else if (record.isMisquoted()) {
        refuse(offset, "", "no CSV: there is text behind the last quote of a cell");
      } else if (record.fault() >= 0) {
        refuse(offset, "", text.encodingFault(record.offsetOf(record.fault())));
      } else if (record.cells() != cells.count()) {
        if (record.cells() > 1 || record.start(0) < record.end(0)) {
          refuse(offset, "", "expected " + cells.count() + " cells, found " + record.cells());
        }
      } else {
        add(record, cells);
      }
    }

    private void add(CsvRecords record, CsvCells cells) {
      try {
        for (int i = 0; i < record.cells(); i++) {
          cells.add(i, record.buffer(), record.start(i), record.end(i));
        }
        limits.endRow(builder, offset, out);
      } catch (LineException e) {
        builder.dropRow();
        refuse(offset, e.column(), String.valueOf(e.getMessage()));
      }
    }

    /** Refuses a record whose quote is left open, and each line that it took with it. */
    private void refuseOpen(CsvRecords record, TextStream text) {
      refuse(offset, "", "a quote is left open");
      String lost =
          "lost: a quote is left open in the record at offset "
              + offset
              + ", which takes the rest of the file";
      if (record.tooLong() > 0) {
        refuse(offset, "", lost + ", " + record.tooLong() + " bytes");
        return;
      }
      byte[] block = record.buffer();
      for (int i = record.recordStart(); i + 1 < record.recordEnd(); i++) {
        if (block[i] == '\n' || (block[i] == '\r' && block[i + 1] != '\n')) {
          refuse(text.inFile(record.offsetOf(i + 1)), "", lost);
        }
      }
    }

    void refuse(long place, String column, String reason) {
      out.failure(Failure.reading(range.file() + "@" + place, column, reason));
    }
  }
}
