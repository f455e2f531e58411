// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.fuzz.Envelope;
import org.hubbeam.fuzz.FuzzTarget;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.Packing;

/** The formats of files of data. */
public final class FileTargets {

  private static final int RECORD = 1 << 20;

  private static final BatchSchema SCHEMA =
      new BatchSchema(
          List.of(
              new ArraySpec("a", DType.INT64, Shape.of(-1), Layout.DENSE),
              new ArraySpec("b", DType.FLOAT32, Shape.of(-1, -1), Layout.RAGGED),
              new ArraySpec("c", DType.STRING, Shape.of(-1), Layout.DENSE)));

  private static final List<String> ENCODINGS =
      List.of("UTF-8", "ISO-8859-1", "UTF-16LE", "UTF-32BE", "Shift_JIS", "GB18030", "ISO-2022-JP");

  private FileTargets() {}

  /** Text, CSV and JSON lines, and the guess of what a file is. */
  public static List<FuzzTarget> all() {
    FuzzTarget text =
        FuzzTarget.of("text", CorruptFileException.class, FileTargets::text)
            .withEnvelope(Envelope.GZIP);
    return List.of(
        text,
        FuzzTarget.of("csv", CorruptFileException.class, FileTargets::csv),
        FuzzTarget.of("jsonl", CorruptFileException.class, FileTargets::jsonl),
        FuzzTarget.withoutExceptions("file-kind", scratch -> FileKind::of).withCorpus("text"));
  }

  private static FuzzTarget.Parser text(Path scratch) {
    return input -> {
      Path file = Files.write(scratch.resolve("input.txt"), input);
      read(file, new TextFormat(TextOptions.DEFAULT), 0);
      for (int i = 0; i < ENCODINGS.size(); i++) {
        TextOptions options = new TextOptions(ENCODINGS.get(i), CsvDialect.DEFAULT);
        read(file, new TextFormat(options), i);
      }
    };
  }

  private static FuzzTarget.Parser csv(Path scratch) {
    return input -> {
      Path file = Files.write(scratch.resolve("input.csv"), input);
      TextOptions lists =
          TextOptions.DEFAULT.withCsv(CsvDialect.DEFAULT.withDelimiter(",").withListDelimiter("|"));
      read(file, new CsvFormat(SCHEMA, lists), 0);
      read(file, new CsvFormat(List.of("a", "b", "c"), TextOptions.DEFAULT), 1);
      List<String> names = List.of("a", "b", "c");
      TextOptions headless = TextOptions.DEFAULT.withCsv(CsvDialect.DEFAULT.withColumnNames(names));
      read(file, new CsvFormat(names, headless), 0);
    };
  }

  private static FuzzTarget.Parser jsonl(Path scratch) {
    return input -> {
      Path file = Files.write(scratch.resolve("input.jsonl"), input);
      read(file, new JsonLinesFormat(SCHEMA, TextOptions.DEFAULT), 0);
      try (FileChannel channel = FileChannel.open(file);
          TextStream stream = TextStream.open(new ByteSource(channel), TextOptions.DEFAULT)) {
        LineBlockReader lines = new LineBlockReader(stream, 0, Long.MAX_VALUE, RECORD);
        read(file, new JsonLinesFormat(JsonColumns.infer(lines), TextOptions.DEFAULT), 1);
      } catch (CorruptFileException e) {
        throw e;
      } catch (IOException e) {
        throw new CorruptFileException(file.toString(), 0, TextStream.fault(e), e);
      }
    };
  }

  /** Reads a file to its end, damaged or not, in parts, and as one that must not be damaged. */
  private static void read(Path file, Format format, int variant) throws IOException {
    FileRange whole = FileRange.whole(file.toString(), Files.size(file));
    long rows = rows(whole, format, Corruption.SKIP_RECORD);
    if (variant > 0) {
      return;
    }
    long inParts = 0;
    List<FileRange> parts = parts(whole, format);
    for (FileRange part : parts) {
      inParts += rows(part, format, Corruption.SKIP_RECORD);
    }
    if (inParts != rows) {
      throw new AssertionError(rows + " rows, but " + inParts + " in the parts " + parts);
    }
    try {
      rows(whole, format, Corruption.FAIL);
    } catch (CorruptFileException e) {
      // What it declares.
    }
  }

  /** A quarter of a file each, if it may be cut; only the first would tell that it is no text. */
  private static List<FileRange> parts(FileRange whole, Format format) throws IOException {
    Path file = Path.of(whole.file());
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(FileKind.HEAD);
      boolean text = FileKind.of(head).isText();
      if (!text || !format.splits(Arrays.copyOf(head, Math.min(head.length, Packing.HEAD)))) {
        return List.of(whole);
      }
    }
    try (InputStream in = Files.newInputStream(file)) {
      return format.cut(whole, Math.max(16, whole.size() / 4), RECORD, in);
    }
  }

  private static long rows(FileRange range, Format format, Corruption corruption)
      throws IOException {
    long[] rows = {0};
    Receiver counting =
        new Receiver() {
          @Override
          public void batch(Batch batch) {
            rows[0] += batch.rows();
          }

          @Override
          public void failure(Failure failure) {}
        };
    try (FileChannel channel = FileChannel.open(Path.of(range.file()))) {
      channel.position(Math.max(0, range.from() - 1));
      format.read(range, channel, new ReadLimits(64, 1 << 20, RECORD, corruption), counting);
    }
    return rows[0];
  }
}
