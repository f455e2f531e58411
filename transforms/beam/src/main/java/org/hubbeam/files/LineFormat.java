// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.Failure;
import org.hubbeam.tfrecord.ByteSource;
import org.hubbeam.tfrecord.Corruption;
import org.jspecify.annotations.Nullable;

/** Files whose records are lines. */
abstract class LineFormat implements Format {

  private final TextOptions options;

  LineFormat(TextOptions options) {
    this.options = options;
  }

  TextOptions options() {
    return options;
  }

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
  public boolean splits(byte[] head) {
    return TextStream.isPlain(head, options);
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver taker)
      throws IOException {
    LineNumbers numbers = new LineNumbers(range, options, LineNumbers.Ends.LINE_FEED);
    try (NumberedFailures numbered = new NumberedFailures(numbers, taker)) {
      Part part = new Part(range, limits, Receiver.fitting(schema(), numbered));
      ByteSource source = new ByteSource(channel);
      try (TextStream text = TextStream.open(range, source, options)) {
        part.read(text);
      } catch (IOException e) {
        if (source.isBroken()) {
          throw e;
        }
        ReadLimits.finish(part.builder, part.out);
        if (limits.corruption() == Corruption.FAIL) {
          throw numbered.corrupt(range, part.offset, TextStream.fault(e), e);
        }
        part.refuse("", TextStream.fault(e));
      }
    }
  }

  /** Makes rows of the lines of a part of a file. */
  private final class Part {
    private final FileRange range;
    private final ReadLimits limits;
    private final Receiver out;
    private final BatchBuilder builder;
    private final Lines lines;

    /** Where the line begins in the file. */
    private long offset;

    Part(FileRange range, ReadLimits limits, Receiver out) {
      this.range = range;
      this.limits = limits;
      this.out = out;
      this.builder = new BatchBuilder(range.file());
      this.lines = lines(builder);
    }

    void read(TextStream text) throws IOException {
      LineBlockReader line = new LineBlockReader(text, range.from(), range.to(), limits.record());
      while (line.next()) {
        offset = text.inFile(line.offset());
        int fault = line.fault(line.start(), line.end());
        if (line.tooLong() > 0) {
          refuse(
              "",
              "a line of "
                  + line.tooLong()
                  + " bytes; at most "
                  + limits.record()
                  + " are allowed");
        } else if (fault >= 0) {
          refuse("", text.encodingFault(line.offsetOf(fault)));
        } else {
          row(line);
        }
      }
      ReadLimits.finish(builder, out);
    }

    private void row(LineBlockReader line) {
      try {
        if (lines.add(line.buffer(), line.start(), line.end())) {
          limits.endRow(builder, offset, out);
        }
      } catch (LineException e) {
        builder.dropRow();
        refuse(e.column(), String.valueOf(e.getMessage()));
      }
    }

    void refuse(String column, String reason) {
      out.failure(Failure.reading(range.file() + "@" + offset, column, reason));
    }
  }
}
