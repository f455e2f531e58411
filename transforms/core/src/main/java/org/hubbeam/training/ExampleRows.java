// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.ExampleDecoder;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** Decodes the rows of the feature cache for a {@link RowCollector}. */
final class ExampleRows {

  static final String VECTOR = "vector";
  static final String LABEL = "label";
  static final String WEIGHT = "weight";
  static final String HASH = "hash";

  private static final int BATCH_ROWS = 512;
  private static final long BATCH_BYTES = 4 << 20;

  private final RowCollector rows;
  private String source = "";
  private @Nullable ExampleDecoder decoder;

  ExampleRows(RowCollector rows) {
    this.rows = rows;
  }

  void add(byte[] bytes, int from, int to, String file, long record) {
    if (decoder == null || !source.equals(file)) {
      flush();
      source = file;
      decoder = new ExampleDecoder(file, rows::fail);
    }
    decoder.add(bytes, from, to, record);
    if (decoder.rows() >= BATCH_ROWS || decoder.byteSize() >= BATCH_BYTES) {
      flush();
    }
  }

  /** Gives what was decoded to the collector. */
  void flush() {
    if (decoder == null || decoder.rows() == 0) {
      return;
    }
    Batch batch = decoder.build();
    Column vector = Column.of(batch, VECTOR);
    Column label = Column.of(batch, LABEL);
    Column weight = Column.of(batch, WEIGHT);
    Column hash = Column.of(batch, HASH);
    for (int row = 0; row < batch.rows(); row++) {
      float[] features = vector.floats(row);
      float[] weights = weight.floats(row);
      rows.add(
          batch.origin().id(row),
          hash.size(row) == 1 ? hash.integer(row) : hash(features),
          features,
          label.texts(row),
          weights.length == 0 ? 1 : weights[0]);
    }
  }

  /** The hash of a row that has none. */
  private static long hash(float[] features) {
    long hash = features.length;
    for (float feature : features) {
      hash = Split.mixed(hash ^ Float.floatToIntBits(feature));
    }
    return hash;
  }

  /**
   * The values of a column, some in each row.
   *
   * @param values null when no row has the column
   */
  private record Column(@Nullable Values values, int[] splits) {

    static Column of(Batch batch, String name) {
      Array array = batch.columns().get(name);
      return array instanceof Array.Ragged ragged
          ? new Column(ragged.values(), ragged.rowSplits().get(0))
          : new Column(null, new int[batch.rows() + 1]);
    }

    int size(int row) {
      return splits[row + 1] - splits[row];
    }

    float[] floats(int row) {
      return values instanceof Values.Numbers numbers && size(row) > 0
          ? numbers.slice(splits[row], splits[row + 1]).roundedToFloats()
          : new float[0];
    }

    long integer(int row) {
      Values.Numbers numbers = (Values.Numbers) values;
      return numbers == null ? 0 : numbers.getLong(splits[row]);
    }

    List<String> texts(int row) {
      List<String> texts = new ArrayList<>(size(row));
      for (int i = splits[row]; i < splits[row + 1]; i++) {
        if (values instanceof Values.Strings strings) {
          texts.add(strings.text(i));
        } else if (values != null) {
          texts.add(values.get(i).toString());
        }
      }
      return texts;
    }
  }
}
