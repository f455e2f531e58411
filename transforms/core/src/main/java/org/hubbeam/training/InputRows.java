// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.BatchSchema;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.training.InputCollector.Address;

/** Inputs of a module, read by their places. Not for several threads. */
public final class InputRows implements AutoCloseable {

  private final RowStore store;
  private final BatchSchema schema;
  private final ExampleDecoder decoder;

  InputRows(RowStore store, BatchSchema schema) {
    this.store = store;
    this.schema = schema;
    this.decoder =
        ExampleDecoder.of(
            "",
            schema,
            failure -> {
              throw new IllegalArgumentException("row " + failure.id() + ": " + failure.reason());
            });
  }

  /** The columns of the inputs, with {@link InputCollector#INPUT} before their names. */
  public BatchSchema schema() {
    return schema;
  }

  /** The inputs of the rows of a batch, whose features are places. */
  Batch of(RowBatch rows) {
    byte[] length = new byte[Integer.BYTES];
    float[] places = rows.featureValues();
    for (int row = 0; row < rows.rows(); row++) {
      long address = Address.of(places[2 * row], places[2 * row + 1]);
      store.read(address, length, 0, length.length);
      int size =
          length[0] & 0xff
              | (length[1] & 0xff) << 8
              | (length[2] & 0xff) << 16
              | (length[3] & 0xff) << 24;
      byte[] example = new byte[size];
      store.read(address + length.length, example, 0, size);
      decoder.add(example, 0, size, address);
    }
    Batch decoded =
        schema.fit(
            decoder.build(),
            failure -> {
              throw new IllegalArgumentException("row " + failure.id() + ": " + failure.reason());
            });
    Map<String, Array> named = new LinkedHashMap<>();
    decoded
        .columns()
        .forEach(
            (name, column) -> named.put(name.substring(InputCollector.INPUT.length()), column));
    return new Batch(decoded.rows(), named, decoded.origin());
  }

  @Override
  public void close() {
    store.close();
  }
}
