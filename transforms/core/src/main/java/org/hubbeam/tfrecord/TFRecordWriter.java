// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.hubbeam.batch.ExampleEncoder;

/**
 * Writes TFRecords: records as they are given, or the rows of batches as {@code tf.Example}, many
 * in one block. Not for several threads.
 *
 * @see <a
 *     href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecords
 *     format details</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h">record_writer.h</a>
 */
public final class TFRecordWriter implements Closeable {

  private static final int FRAME = 16;

  /** Records are gathered up to this size: what is written so stays in the processor's cache. */
  private static final int MAX_BLOCK = 1 << 18;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final OutputStream out;
  private final MaskedCrc crc = new MaskedCrc();
  private byte[] block = new byte[1 << 12];

  /**
   * @param out is closed with the writer
   */
  public TFRecordWriter(OutputStream out, Compression compression) throws IOException {
    this.out = compression.pack(out);
  }

  /** Writes one record, which may be empty. */
  public void write(byte[] record) throws IOException {
    room(record.length + (long) FRAME);
    System.arraycopy(record, 0, block, 12, record.length);
    out.write(block, 0, frame(0, record.length));
  }

  /** Writes the rows {@code from} (included) to {@code to} (excluded) of a batch. */
  public void write(ExampleEncoder rows, int from, int to) throws IOException {
    int next = from;
    while (next < to) {
      int first = next;
      long size = 0;
      while (next < to && (next == first || size + FRAME + rows.size(next) <= MAX_BLOCK)) {
        size += FRAME + rows.size(next++);
      }
      room(size);
      int at = 0;
      for (int row = first; row < next; row++) {
        int end = rows.write(row, block, at + 12);
        at = frame(at, end - at - 12);
      }
      out.write(block, 0, at);
    }
  }

  /** Puts header and footer around the data that lies 12 behind; returns the position behind. */
  private int frame(int at, int length) {
    LONG.set(block, at, (long) length);
    INT.set(block, at + 8, crc.of(block, at, at + 8));
    int end = at + 12 + length;
    INT.set(block, end, crc.of(block, at + 12, end));
    return end + 4;
  }

  private void room(long size) {
    if (size > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a record of more than 2 GiB");
    }
    if (size > block.length) {
      block = new byte[(int) Math.min(size + size / 4, Integer.MAX_VALUE - 64)];
    }
  }

  /** Ends the compressed data and closes the file. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
