// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchBuilder;
import org.hubbeam.batch.ColumnBuilder;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.Values;
import org.hubbeam.tfrecord.TFRecordReader;

/**
 * TFRecords of anything: each record is a row of the column {@code record}, as its bytes.
 *
 * @param features of the {@code tf.Example} in the record, as further columns; where there are
 *     some, a record that is none is a failure
 */
record RecordsFormat(List<String> features) implements Format {

  RecordsFormat {
    features = List.copyOf(features);
    if (features.contains(StandardColumns.RECORD)) {
      throw new IllegalArgumentException(
          "the column '" + StandardColumns.RECORD + "' is the record itself, and no feature of it");
    }
  }

  @Override
  public List<String> columns() {
    List<String> columns = new ArrayList<>(features);
    columns.add(StandardColumns.RECORD);
    return columns;
  }

  @Override
  public String name() {
    return "records";
  }

  @Override
  public Sharing sharing() {
    return Sharing.FILES;
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out)
      throws IOException {
    BatchBuilder builder = new BatchBuilder(range.file());
    ColumnBuilder record = builder.dense(StandardColumns.RECORD, DType.STRING);
    Receiver joined = features.isEmpty() ? out : new Joined(range.file(), out);
    try (TFRecordReader in =
        TFRecordReader.open(
            channel, range.file(), range.size(), limits.corruption(), out::failure)) {
      while (in.next()) {
        record.addBytes(in.buffer(), in.start(), in.end());
        limits.endRow(builder, in.offset(), joined);
      }
    }
    ReadLimits.finish(builder, joined);
  }

  /** Adds the features of each batch's records to it. */
  private final class Joined implements Receiver {
    private final ExampleDecoder decoder;
    private final Receiver next;

    Joined(String file, Receiver next) {
      this.decoder = new ExampleDecoder(file, next::failure);
      this.next = next;
    }

    @Override
    public void batch(Batch batch) {
      int[] read = IntStream.range(0, batch.rows()).filter(row -> decoded(batch, row)).toArray();
      Batch decoded = decoder.build();
      Batch joined = batch.select(read);
      for (String feature : features) {
        Array column = decoded.columns().get(feature);
        joined = joined.with(feature, column == null ? missing(read.length) : column);
      }
      if (joined.rows() > 0) {
        next.batch(joined);
      }
    }

    private boolean decoded(Batch batch, int row) {
      Values.Strings records = (Values.Strings) batch.column(StandardColumns.RECORD).values();
      boolean read =
          decoder.read(
              records.bytes(),
              records.offsets()[row],
              records.offsets()[row + 1],
              batch.origin().records()[row]);
      if (read) {
        decoder.endRow();
      }
      return read;
    }

    /** A feature that no record has. */
    private static Array missing(int rows) {
      return Array.Ragged.of(Values.ofBytes(List.of()), new int[rows + 1]);
    }

    @Override
    public void failure(Failure failure) {
      next.failure(failure);
    }
  }
}
