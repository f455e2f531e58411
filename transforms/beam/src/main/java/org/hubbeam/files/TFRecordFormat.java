// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.tfrecord.TFRecordReader;
import org.jspecify.annotations.Nullable;

/**
 * TFRecords of {@code tf.Example} or {@code tf.SequenceExample}.
 *
 * @param schema the columns; null: those that the records have
 * @param types of those that are declared, where there is no schema
 */
record TFRecordFormat(@Nullable BatchSchema schema, Map<String, DType> types) implements Format {

  TFRecordFormat {
    types = Map.copyOf(types);
  }

  TFRecordFormat(@Nullable BatchSchema schema) {
    this(schema, Map.of());
  }

  @Override
  public Format declaring(DeclaredColumns declared) {
    return schema == null ? new TFRecordFormat(null, declared.features()) : this;
  }

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
            ? ExampleDecoder.of(range.file(), types, out::failure)
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
