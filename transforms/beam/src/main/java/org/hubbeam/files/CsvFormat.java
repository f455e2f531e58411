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
import org.hubbeam.batch.Failure;
import org.hubbeam.files.LineFormat.LineException;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.Unpacking;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values with a header line, see {@link BatchSource#csv}. A large file is cut where
 * records begin, which a first look through it finds: a line break within quotes is none.
 */
final class CsvFormat implements Format {
  private static final long serialVersionUID = 1;

  private final ArrayList<String> columns;
  private final @Nullable BatchSchema schema;

  /** All columns, which each file must have, as strings. */
  CsvFormat(List<String> columns) {
    this.columns = new ArrayList<>(columns);
    this.schema = null;
  }

  /** The columns of a schema, which each file must have among others. */
  CsvFormat(BatchSchema schema) {
    schema.features();
    CsvCells.check(schema);
    this.columns = new ArrayList<>(schema.columns().stream().map(ArraySpec::name).toList());
    this.schema = schema;
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
  public Compression compression(byte[] head) {
    return Compression.ofText(head);
  }

  @Override
  public List<FileRange> cut(FileRange whole, long bytes, int longest, InputStream in)
      throws IOException {
    if (whole.split(bytes).size() == 1) {
      return List.of(whole);
    }
    List<Long> cuts = CsvRecords.cuts(in, bytes, longest);
    List<FileRange> parts = new ArrayList<>();
    for (int i = 0; i < cuts.size(); i++) {
      parts.add(whole.part(cuts.get(i), i + 1 < cuts.size() ? cuts.get(i + 1) : Long.MAX_VALUE));
    }
    return parts;
  }

  /**
   * The names in the header of a file.
   *
   * @param file for messages
   * @param records from the beginning of the file
   * @throws IllegalArgumentException when there is none, or a name is there twice
   */
  static List<String> header(String file, CsvRecords records) throws IOException {
    if (!records.next()) {
      throw new IllegalArgumentException(file + " is empty: it has no header with column names");
    }
    return names(file, records);
  }

  private static List<String> names(String file, CsvRecords records) {
    if (records.tooLong() > 0) {
      throw new IllegalArgumentException(
          file + " has a header of " + records.tooLong() + " bytes, which is too long");
    }
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < records.cells(); i++) {
      int start = records.start(i);
      String name =
          new String(records.buffer(), start, records.end(i) - start, StandardCharsets.UTF_8)
              .strip();
      if (!names.add(name)) {
        throw new IllegalArgumentException(file + " has two columns named '" + name + "'");
      }
    }
    return List.copyOf(names);
  }

  /** Why a file cannot be read with these columns; null where it can. */
  private @Nullable String otherColumns(List<String> header) {
    if (schema != null) {
      Set<String> found = new LinkedHashSet<>(header);
      List<String> missing = columns.stream().filter(name -> !found.contains(name)).toList();
      return missing.isEmpty()
          ? null
          : "the header has the columns " + header + "; the schema has " + missing + " too";
    }
    return new LinkedHashSet<>(header).equals(new LinkedHashSet<>(columns))
        ? null
        : "the header has the columns " + header + "; the first file has " + columns;
  }

  /**
   * Refuses a file without the columns.
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
    Receiver out = Receiver.fitting(schema, taker);
    ByteSource source = new ByteSource(channel);
    BatchBuilder builder = new BatchBuilder(range.file());
    CsvRecords records = null;
    String fault;
    long offset = 0;
    try (Unpacking bytes = new Unpacking(source, range.compression())) {
      List<String> names = null;
      if (range.from() > 0) {
        SeekableByteChannel seekable = (SeekableByteChannel) channel;
        seekable.position(0);
        names = header(range.file(), new CsvRecords(bytes, 0, Long.MAX_VALUE, limits.record()));
        seekable.position(range.from());
      }
      records = new CsvRecords(bytes, range.from(), range.to(), limits.record());
      fault = read(range, names, records, builder, limits, out);
    } catch (IOException e) {
      if (source.isBroken()) {
        throw e;
      }
      fault = "no CSV: " + e.getMessage();
      offset = records == null ? 0 : records.offset();
    }
    ReadLimits.finish(builder, out);
    if (fault != null) {
      if (limits.corruption() == Corruption.FAIL) {
        throw new CorruptFileException(range.file(), offset, fault, null);
      }
      out.failure(
          Failure.reading(
              range.file() + "@" + offset, "", fault + "; the rest of the file is lost"));
    }
  }

  /**
   * Reads all records.
   *
   * @param header null where it is the first record
   * @return null, or why the file is given up
   */
  private @Nullable String read(
      FileRange range,
      @Nullable List<String> header,
      CsvRecords records,
      BatchBuilder builder,
      ReadLimits limits,
      Receiver out)
      throws IOException {
    List<String> names = header;
    if (names == null) {
      if (!records.next()) {
        return null;
      }
      names = names(range.file(), records);
    }
    String fault = otherColumns(names);
    if (fault != null) {
      return fault;
    }
    CsvCells cells = new CsvCells(names, columns, schema, builder);
    while (records.next()) {
      row(range, records, cells, builder, limits, out);
    }
    return null;
  }

  private static void row(
      FileRange range,
      CsvRecords record,
      CsvCells cells,
      BatchBuilder builder,
      ReadLimits limits,
      Receiver out) {
    String fault = null;
    String column = "";
    if (record.tooLong() > 0) {
      fault =
          "a record of " + record.tooLong() + " bytes; at most " + limits.record() + " are allowed";
    } else if (record.cells() != cells.count()) {
      if (record.cells() == 1 && record.start(0) == record.end(0)) {
        return;
      }
      fault = "expected " + cells.count() + " cells, found " + record.cells();
    } else {
      try {
        for (int i = 0; i < record.cells(); i++) {
          cells.add(i, record.buffer(), record.start(i), record.end(i));
        }
      } catch (LineException e) {
        builder.dropRow();
        column = e.column();
        fault = e.getMessage();
      }
    }
    if (fault == null) {
      limits.endRow(builder, record.offset(), out);
    } else {
      out.failure(Failure.reading(range.file() + "@" + record.offset(), column, fault));
    }
  }
}
