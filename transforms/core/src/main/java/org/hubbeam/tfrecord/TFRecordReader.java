// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.function.Consumer;
import org.hubbeam.batch.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a TFRecord file in large blocks, uncompressed or compressed with gzip, zlib,
 * bzip2, xz, lzma, zstd, lz4 or zip. Both checksums of every record are verified. A length is used
 * only if its checksum is right and that many bytes are left. Records may be empty.
 *
 * <pre>{@code
 * try (TFRecordReader in = TFRecordReader.open(channel, file, size, Corruption.FAIL, failures)) {
 *   while (in.next()) {
 *     decoder.add(in.buffer(), in.start(), in.end(), in.offset());
 *   }
 * }
 * }</pre>
 *
 * <p>Not for several threads.
 *
 * @see <a
 *     href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecords
 *     format details</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h">record_writer.h</a>
 */
public final class TFRecordReader implements Closeable {

  /** An unknown file size. */
  public static final long UNKNOWN_SIZE = -1;

  private static final int BLOCK = 1 << 20;
  private static final int HEADER = 12;
  private static final int FOOTER = 4;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final ByteSource source;
  private final InputStream in;
  private final String file;
  private final long size;
  private final Corruption corruption;
  private final Consumer<Failure> failures;
  private final MaskedCrc crc = new MaskedCrc();
  private byte[] block;
  private int at;
  private int limit;
  private long base;
  private boolean done;
  private int start;
  private int end;
  private long offset;

  private TFRecordReader(
      ByteSource source,
      InputStream in,
      String file,
      long size,
      Corruption corruption,
      Consumer<Failure> failures) {
    this.source = source;
    this.in = in;
    this.file = file;
    this.size = size;
    this.corruption = corruption;
    this.failures = failures;
    int first = size < 0 ? BLOCK : (int) Math.min(BLOCK, size + 1);
    this.block = new byte[Math.max(first, 64)];
  }

  /**
   * Opens a file. The compression is detected from its first bytes.
   *
   * @param channel is closed with the reader, or when this fails
   * @param file the name, for messages
   * @param size the size of the (compressed) file in bytes, or {@link #UNKNOWN_SIZE}
   * @param failures receives what is skipped; not used with {@link Corruption#FAIL}
   */
  public static TFRecordReader open(
      ReadableByteChannel channel,
      String file,
      long size,
      Corruption corruption,
      Consumer<Failure> failures)
      throws IOException {
    ByteSource source = new ByteSource(channel);
    try {
      PushbackInputStream in = new PushbackInputStream(source, HEADER);
      Packing packing = Packing.ofTFRecord(Packing.head(in, HEADER));
      long known = packing == Packing.NONE ? size : UNKNOWN_SIZE;
      return new TFRecordReader(
          source, new Unpacking(in, packing), file, known, corruption, failures);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether these first bytes of a file, unpacked, begin a record: its length has its checksum. */
  public static boolean begins(byte[] head) {
    return head.length >= HEADER && new MaskedCrc().of(head, 0, 8) == (int) INT.get(head, 8);
  }

  /**
   * Goes to the next record.
   *
   * @return false at the end of the file, or if the rest of it is skipped
   * @throws CorruptFileException where the file is damaged or cut off, with {@link Corruption#FAIL}
   */
  public boolean next() throws IOException {
    while (!done) {
      offset = base + at;
      String fault;
      try {
        fault = read();
      } catch (IOException e) {
        if (source.isBroken()) {
          throw e;
        }
        done = true;
        report("the packed data is damaged or cut off: " + e.getMessage(), e);
        return false;
      }
      if (fault == null) {
        return !done;
      }
      report(fault, null);
      done |= corruption != Corruption.SKIP_RECORD;
    }
    return false;
  }

  private void report(String fault, @Nullable Throwable cause) throws CorruptFileException {
    if (corruption == Corruption.FAIL) {
      done = true;
      throw new CorruptFileException(file, offset, fault, cause);
    }
    failures.accept(Failure.reading(file + "@" + offset, "", fault));
  }

  /** Reads a record; null where all is well or the file ends, else what is wrong. */
  private @Nullable String read() throws IOException {
    int header = fill(HEADER);
    if (header < HEADER) {
      done = true;
      return header == 0
          ? null
          : "the file is cut off: " + header + " of the 12 bytes that begin a record";
    }
    long length = (long) LONG.get(block, at);
    if (crc.of(block, at, at + 8) != (int) INT.get(block, at + 8)) {
      done = true;
      return "the check sum of a record's length is wrong";
    }
    long left = size < 0 ? Long.MAX_VALUE : size - offset - HEADER;
    if (length < 0 || length > left - FOOTER || length > Integer.MAX_VALUE - 64) {
      done = true;
      return "a record of "
          + Long.toUnsignedString(length)
          + " bytes"
          + (size < 0 ? "" : " where " + left + " are left");
    }
    int whole = HEADER + (int) length + FOOTER;
    int filled = fill(whole);
    if (filled < whole) {
      done = true;
      return "the file is cut off: " + filled + " of a record's " + whole + " bytes";
    }
    start = at + HEADER;
    end = start + (int) length;
    at += whole;
    return crc.of(block, start, end) == (int) INT.get(block, end)
        ? null
        : "the check sum of a record's data is wrong";
  }

  /** Makes so many bytes stand at {@code at}; returns how many do, fewer only at the file's end. */
  private int fill(int wanted) throws IOException {
    while (limit - at < wanted) {
      if (wanted > block.length - at) {
        makeRoom(wanted);
      }
      int read = in.read(block, limit, block.length - limit);
      if (read < 0) {
        return limit - at;
      }
      limit += read;
    }
    return wanted;
  }

  /** Moves the bytes to the front; then the block grows, but not ahead of what has been read. */
  private void makeRoom(int wanted) {
    byte[] from = block;
    if (wanted > block.length && limit - at >= block.length / 2) {
      long twice = 2L * block.length;
      block = new byte[size < 0 ? (int) Math.min(wanted, twice) : wanted];
    }
    System.arraycopy(from, at, block, 0, limit - at);
    base += at;
    limit -= at;
    at = 0;
  }

  /** The block that contains the record. Do not change it; it is valid until the next call. */
  public byte[] buffer() {
    return block;
  }

  /** Where the record begins in the block. */
  public int start() {
    return start;
  }

  /** Where it ends in the block. */
  public int end() {
    return end;
  }

  /**
   * The offset of the record in the file, including its header; in a compressed file, the offset in
   * the decompressed data.
   */
  public long offset() {
    return offset;
  }

  /** A copy of the record. */
  public byte[] record() {
    return Arrays.copyOfRange(block, start, end);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
