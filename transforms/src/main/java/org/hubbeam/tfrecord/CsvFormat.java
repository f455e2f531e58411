package org.hubbeam.tfrecord;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.LineFormat.LineException;

/**
 * Comma-separated values with a header line, see {@link BatchSource#csv}. Bytes are read as one
 * character each, so that positions are those of the file and cells keep bytes that are not UTF-8.
 */
final class CsvFormat implements Format {
  private static final long serialVersionUID = 1;

  private static final CSVFormat CSV = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

  private final ArrayList<String> columns;
  private final BatchSchema schema;

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
    return Sharing.FILES;
  }

  @Override
  public Compression compression(byte[] head) {
    return Compression.ofText(head);
  }

  /**
   * The names in the header of a file.
   *
   * @throws IllegalArgumentException when there is none, or a name is there twice
   */
  static List<String> header(String file, CsvBytes in) throws IOException {
    CSVParser parser = CSVParser.builder().setReader(in).setFormat(CSV).get();
    Iterator<CSVRecord> records = parser.iterator();
    if (!records.hasNext()) {
      throw new IllegalArgumentException(file + " is empty: it has no header with column names");
    }
    return header(file, records.next());
  }

  private static List<String> header(String file, CSVRecord first) {
    Set<String> names = new LinkedHashSet<>();
    for (String cell : first) {
      String name = text(bytes(cell)).strip();
      if (!names.add(name)) {
        throw new IllegalArgumentException(file + " has two columns named '" + name + "'");
      }
    }
    return List.copyOf(names);
  }

  /** Why a file cannot be read with these columns; null where it can. */
  private String otherColumns(List<String> header) {
    if (schema != null) {
      List<String> missing = columns.stream().filter(name -> !header.contains(name)).toList();
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

  /** The bytes of a cell as text. */
  static String text(byte[] cell) {
    return new String(cell, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String cell) {
    return cell.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, Limits limits, Receiver taker)
      throws IOException {
    Receiver out = Receiver.fitting(schema, taker);
    ByteSource source = new ByteSource(channel);
    BatchBuilder builder = new BatchBuilder(range.file());
    CsvBytes in = null;
    String fault = null;
    boolean broken = false;
    try (Unpacking bytes = new Unpacking(source, range.compression())) {
      in = new CsvBytes(bytes, limits.record());
      fault = read(range, in, builder, limits, out);
    } catch (UncheckedIOException e) {
      broken = true;
      fault = brokenBy(e.getCause(), source);
    } catch (IOException e) {
      broken = true;
      fault = brokenBy(e, source);
    }
    Limits.finish(builder, out);
    if (fault != null) {
      long offset = in != null && broken ? in.nextRecordOffset() : 0;
      if (limits.corruption() == Corruption.FAIL) {
        throw new CorruptFileException(range.file(), offset, fault, null);
      }
      out.failure(
          Failure.reading(
              range.file() + "@" + offset, "", fault + "; the rest of the file is lost"));
    }
  }

  private static String brokenBy(IOException e, ByteSource source) throws IOException {
    if (source.isBroken()) {
      throw e;
    }
    return "no CSV: " + e.getMessage();
  }

  /** Reads all records; null, or why the file is given up. */
  private String read(
      FileRange range, CsvBytes in, BatchBuilder builder, Limits limits, Receiver out)
      throws IOException {
    CSVParser parser = CSVParser.builder().setReader(in).setFormat(CSV).get();
    Iterator<CSVRecord> records = parser.iterator();
    if (!records.hasNext()) {
      return null;
    }
    List<String> names = header(range.file(), records.next());
    in.recordStart(0);
    String fault = otherColumns(names);
    if (fault != null) {
      return fault;
    }
    CsvCells cells = new CsvCells(names, columns, schema, builder);
    while (records.hasNext()) {
      CSVRecord record = records.next();
      in.recordStart(record.getCharacterPosition());
      row(range, record, in.recordOffset(), cells, builder, limits, out);
    }
    return null;
  }

  private static void row(
      FileRange range,
      CSVRecord record,
      long offset,
      CsvCells cells,
      BatchBuilder builder,
      Limits limits,
      Receiver out) {
    boolean emptyLine = record.size() == 1 && record.get(0).isEmpty() && cells.count() > 1;
    if (emptyLine) {
      return;
    }
    if (record.size() != cells.count()) {
      out.failure(
          Failure.reading(
              range.file() + "@" + offset,
              "",
              "expected " + cells.count() + " cells, found " + record.size()));
      return;
    }
    int size = record.size() - 1;
    for (String cell : record) {
      size += cell.length();
    }
    if (size > limits.record()) {
      String reason = "a record of " + size + " bytes; at most " + limits.record() + " are allowed";
      out.failure(Failure.reading(range.file() + "@" + offset, "", reason));
      return;
    }
    try {
      for (int i = 0; i < record.size(); i++) {
        cells.add(i, bytes(record.get(i)));
      }
    } catch (LineException e) {
      builder.dropRow();
      out.failure(Failure.reading(range.file() + "@" + offset, e.column(), e.getMessage()));
      return;
    }
    limits.endRow(builder, offset, out);
  }
}
