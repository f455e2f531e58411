// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.Compression;
import org.hubbeam.tfrecord.CorruptFileException;
import org.hubbeam.tfrecord.Corruption;
import org.hubbeam.tfrecord.Unpacking;
import org.jspecify.annotations.Nullable;

/** Files whose records are lines. */
abstract class LineFormat implements Format {

  /** Makes rows of lines; one for each part of a file. */
  interface Lines {

    /**
     * Adds a line's values to the builder's row.
     *
     * @return whether there is a row to end
     * @throws LineException when the line is not what it should be
     */
    boolean add(byte[] block, int from, int to) throws LineException;
  }

  /** A line that is not what it should be. */
  static final class LineException extends Exception {
    private final String column;

    LineException(String column, String reason) {
      super(reason);
      this.column = column;
    }

    String column() {
      return column;
    }
  }

  /** Adds the columns to a builder; what makes rows of lines. */
  abstract Lines lines(BatchBuilder builder);

  /** The schema that rows must fit; null where there is none. */
  @Nullable BatchSchema schema() {
    return null;
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
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver taker)
      throws IOException {
    Receiver out = Receiver.fitting(schema(), taker);
    BatchBuilder builder = new BatchBuilder(range.file());
    Lines lines = lines(builder);
    ByteSource source = new ByteSource(channel);
    long offset = 0;
    try (Unpacking in = new Unpacking(source, range.compression())) {
      LineBlockReader reader = new LineBlockReader(in, range.from(), range.to(), limits.record());
      while (reader.next()) {
        offset = reader.offset();
        row(range, reader, lines, builder, limits, out);
      }
    } catch (IOException e) {
      if (source.isBroken() || range.compression() == Compression.NONE) {
        throw e;
      }
      ReadLimits.finish(builder, out);
      String fault = "the packed data is damaged or cut off: " + e.getMessage();
      if (limits.corruption() == Corruption.FAIL) {
        throw new CorruptFileException(range.file(), offset, fault, e);
      }
      out.failure(Failure.reading(range.file() + "@" + offset, "", fault));
      return;
    }
    ReadLimits.finish(builder, out);
  }

  private static void row(
      FileRange range,
      LineBlockReader line,
      Lines lines,
      BatchBuilder builder,
      ReadLimits limits,
      Receiver out) {
    if (line.tooLong() > 0) {
      String reason =
          "a line of " + line.tooLong() + " bytes; at most " + limits.record() + " are allowed";
      out.failure(Failure.reading(range.file() + "@" + line.offset(), "", reason));
      return;
    }
    try {
      if (lines.add(line.buffer(), line.start(), line.end())) {
        limits.endRow(builder, line.offset(), out);
      }
    } catch (LineException e) {
      builder.dropRow();
      out.failure(
          Failure.reading(
              range.file() + "@" + line.offset(), e.column, String.valueOf(e.getMessage())));
    }
  }
}
