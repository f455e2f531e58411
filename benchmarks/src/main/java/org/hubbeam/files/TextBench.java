// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.hubbeam.benchmarks.micro.Inputs;
import org.hubbeam.benchmarks.micro.Micro;
import org.hubbeam.tfrecord.Corruption;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/** Lines and CSV split into rows; a row is one operation. */
@OperationsPerInvocation(TextBench.LINES)
public class TextBench extends Micro {

  /** The rows of a file. */
  public static final int LINES = 16 * Micro.ROWS;

  private static final ReadLimits LIMITS = new ReadLimits(ROWS, 64 << 20, 1 << 20, Corruption.FAIL);

  private byte[] lines;
  private byte[] csv;

  /** Makes files. */
  @Setup
  public void prepare() {
    lines = Inputs.lines(LINES);
    csv = Inputs.censusCsv(LINES);
  }

  /** Lines of 60 bytes found. */
  @Benchmark
  public void findLines(Blackhole sink) throws IOException {
    LineBlockReader in =
        new LineBlockReader(new ByteArrayInputStream(lines), 0, Long.MAX_VALUE, LIMITS.record());
    while (in.next()) {
      sink.consume(in.end());
    }
  }

  /** Lines of 60 bytes into batches. */
  @Benchmark
  public void readLines(Blackhole sink) throws IOException {
    read(new TextFormat(TextOptions.DEFAULT), lines, sink);
  }

  /** Records of 15 cells found. */
  @Benchmark
  public void findCsv(Blackhole sink) throws IOException {
    CsvRecords in =
        new CsvRecords(
            new ByteArrayInputStream(csv),
            CsvDialect.DEFAULT.of("bench.csv"),
            0,
            Long.MAX_VALUE,
            LIMITS.record());
    while (in.next()) {
      sink.consume(in.end(in.cells() - 1));
    }
  }

  /** Records of 6 numbers and 9 strings into batches. */
  @Benchmark
  public void readCsv(Blackhole sink) throws IOException {
    read(new CsvFormat(Inputs.censusSchema(), TextOptions.DEFAULT), csv, sink);
  }

  /** Records of 15 cells into batches of strings. */
  @Benchmark
  public void readCsvAsStrings(Blackhole sink) throws IOException {
    List<String> columns = List.copyOf(Inputs.census(1).columns().keySet());
    read(new CsvFormat(columns, TextOptions.DEFAULT), csv, sink);
  }

  /** Records of 15 cells by commons-csv, which gives them as Strings. */
  @Benchmark
  public void readCsvCommons(Blackhole sink) throws IOException {
    try (InputStreamReader text =
            new InputStreamReader(new ByteArrayInputStream(csv), StandardCharsets.UTF_8);
        CSVParser parser = CSVFormat.RFC4180.parse(text)) {
      for (CSVRecord cells : parser) {
        for (int i = 0; i < cells.size(); i++) {
          sink.consume(cells.get(i));
        }
      }
    }
  }

  private static void read(Format format, byte[] file, Blackhole sink) throws IOException {
    format.read(
        FileRange.whole("bench", file.length),
        Channels.newChannel(new ByteArrayInputStream(file)),
        LIMITS,
        new Taker(sink));
  }
}
