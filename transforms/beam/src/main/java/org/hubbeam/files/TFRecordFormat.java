// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.tfrecord.TFRecordReader;
import org.jspecify.annotations.Nullable;

/**
 * TFRecords of {@code tf.Example} or {@code tf.SequenceExample}.
 *
 * @param schema the columns; null: those that the records have
 */
record TFRecordFormat(@Nullable BatchSchema schema) implements Format {

  @Override
  public @Nullable List<String> columns() {
    return schema == null
        ? null
        : schema.columns().stream().map(org.hubbeam.batch.ArraySpec::name).toList();
  }

  @Override
  public String name() {
    return "tfrecord";
  }

  @Override
  public Sharing sharing() {
    return Sharing.FILES;
  }

  @Override
  public void read(FileRange range, ReadableByteChannel channel, ReadLimits limits, Receiver out)
      throws IOException {
    ExampleDecoder decoder =
        schema == null
            ? new ExampleDecoder(range.file(), out::failure)
            : ExampleDecoder.of(range.file(), schema, out::failure);
    try (TFRecordReader in =
        TFRecordReader.open(
            channel, range.file(), range.size(), limits.corruption(), out::failure)) {
      while (in.next()) {
        if (decoder.read(in.buffer(), in.start(), in.end(), in.offset())) {
          if (decoder.rows() > 0 && decoder.byteSize() > limits.bytes()) {
            emit(decoder, out);
          }
          decoder.endRow();
        }
        if (decoder.rows() == limits.rows()) {
          emit(decoder, out);
        }
      }
    }
    emit(decoder, out);
  }

  private static void emit(ExampleDecoder decoder, Receiver out) {
    if (decoder.rows() > 0) {
      Batch batch = decoder.build();
      if (batch.rows() > 0) {
        out.batch(batch);
      }
    }
  }
}
