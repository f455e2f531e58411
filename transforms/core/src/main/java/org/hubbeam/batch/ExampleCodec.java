// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.List;
import java.util.function.Consumer;

/**
 * Encodes and decodes {@code tf.Example}. How columns become features:
 *
 * <ul>
 *   <li>Strings are bytes; every integer type and bool are int64; float16 and bfloat16 are widened
 *       to float32; float64 is refused unless {@link Doubles#ROUND} is asked for.
 *   <li>A dense column is a feature of the row's values, flat and row-major; its shape is in the
 *       {@link BatchSchema}.
 *   <li>A ragged column of plain lists is one feature. A deeper one is {@code NAME$ragged_values}
 *       with {@code NAME$row_lengths_1} and so on.
 *   <li>A sparse column is {@code NAME$sparse_values} with {@code NAME$sparse_indices_0} and so on.
 * </ul>
 *
 * A row without values in a column is written as an empty list of the column's type.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/example.proto">example.proto</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/example/feature.proto">feature.proto</a>
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
public final class ExampleCodec {

  /** What happens to float64, which {@code tf.Example} does not have. */
  public enum Doubles {
    /** An error that names the column. */
    REFUSE,
    /** Rounded to the nearest float32. */
    ROUND
  }

  private ExampleCodec() {}

  /** One row of a batch as a {@code tf.Example}; for many rows see {@link ExampleEncoder}. */
  public static byte[] encode(Batch batch, int row) {
    ExampleEncoder encoder = new ExampleEncoder(batch.slice(row, row + 1), Doubles.REFUSE);
    byte[] out = new byte[encoder.size(0)];
    encoder.write(0, out, 0);
    return out;
  }

  /**
   * Records as ragged columns, see {@link ExampleDecoder}; numbered from 0.
   *
   * @param failures receives the records that cannot be read
   */
  public static Batch decode(List<byte[]> records, Consumer<Failure> failures) {
    return decode(records, new ExampleDecoder("", failures));
  }

  /** Records as the columns of a schema; numbered from 0. */
  public static Batch decode(List<byte[]> records, BatchSchema schema, Consumer<Failure> failures) {
    return decode(records, ExampleDecoder.of("", schema, failures));
  }

  private static Batch decode(List<byte[]> records, ExampleDecoder decoder) {
    for (int i = 0; i < records.size(); i++) {
      decoder.add(records.get(i), 0, records.get(i).length, i);
    }
    return decoder.build();
  }
}
