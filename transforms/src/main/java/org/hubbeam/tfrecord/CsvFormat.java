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
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;

/**
 * Comma-separated values with a header line, see {@link BatchSource#csv}. Bytes are read as one
 * character each, so that positions are those of the file and cells keep bytes that are not UTF-8.
 */
final class CsvFormat implements Format {
  private static final long serialVersionUID = 1;

  private static final CSVFormat CSV = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

  private final ArrayList<String> columns;

  CsvFormat(List<String> columns) {
    this.columns = new ArrayList<>(columns);
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
  public boolean splits() {
    return false;
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
      String name = new String(bytes(cell), StandardCharsets.UTF_8).strip();
      if (!names.add(name)) {
        throw new IllegalArgumentException(file + " has two columns named '" + name + "'");
      }
    }
    return List.copyOf(names);
  }

  private static byte[] bytes(String cell) {
    return cell.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, Limits limits, Receiver out)
      throws IOException {
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
    if (!new LinkedHashSet<>(names).equals(new LinkedHashSet<>(columns))) {
      return "the header has the columns " + names + "; the first file has " + columns;
    }
    ColumnBuilder[] cells = new ColumnBuilder[names.size()];
    for (String name : columns) {
      cells[names.indexOf(name)] = builder.dense(name, DType.STRING);
    }
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
      ColumnBuilder[] cells,
      BatchBuilder builder,
      Limits limits,
      Receiver out) {
    boolean emptyLine = record.size() == 1 && record.get(0).isEmpty() && cells.length > 1;
    if (emptyLine) {
      return;
    }
    if (record.size() != cells.length) {
      out.failure(
          Failure.reading(
              range.file() + "@" + offset,
              "",
              "expected " + cells.length + " cells, found " + record.size()));
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
    for (int i = 0; i < cells.length; i++) {
      byte[] cell = bytes(record.get(i));
      cells[i].addBytes(cell, 0, cell.length);
    }
    limits.endRow(builder, offset, out);
  }
}
