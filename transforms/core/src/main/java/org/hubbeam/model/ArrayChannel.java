// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, texts and arrays over a socket. Whoever reads takes memory only for bytes that are there
 * or that a limit allows, whatever the other side says. For one thread.
 */
final class ArrayChannel implements Closeable {

  /** Large enough that a system call costs nothing, small enough for the cache of a core. */
  private static final int BUFFER = 1 << 18;

  /** What is taken on the word of the other side alone. */
  private static final int TRUSTED = 1 << 24;

  /** TensorFlow has no more dimensions. */
  private static final int MOST_DIMS = 254;

  private static final int MOST_ARRAYS = 1 << 16;

  /** Shorter ones go with the rest. */
  private static final int LEAST_SHARED = 1 << 14;

  private static final long NOT_SHARED = -1;

  private final SocketChannel channel;
  private final @Nullable SharedFile sent;
  private final @Nullable SharedFile received;
  private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** All bytes go over the socket. */
  ArrayChannel(SocketChannel channel) {
    this.channel = channel;
    this.sent = null;
    this.received = null;
  }

  /**
   * Long values go through files.
   *
   * @param sent the file that this side writes
   * @param received the file that the other side writes
   */
  ArrayChannel(SocketChannel channel, Path sent, Path received) throws IOException {
    this.channel = channel;
    ByteBuffer chunk = ByteBuffer.allocateDirect(BUFFER);
    this.sent = new SharedFile(sent, chunk);
    this.received = new SharedFile(received, chunk);
  }

  void write(int number) throws IOException {
    need(Integer.BYTES);
    out.putInt(number);
  }

  void write(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes.length);
    write(bytes, 0, bytes.length);
  }

  void write(List<Array.Dense> arrays) throws IOException {
    write(arrays.size());
    for (Array.Dense array : arrays) {
      write(array.dtype().proto().getNumber());
      write(array.dims().size());
      for (long dim : array.dims()) {
        need(Long.BYTES);
        out.putLong(dim);
      }
      if (array.values() instanceof Values.Numbers numbers) {
        writeLong(numbers.bytes(), 0, numbers.bytes().length);
      } else {
        write((Values.Strings) array.values());
      }
    }
  }

  private void write(Values.Strings strings) throws IOException {
    int size = strings.size();
    for (int i = 0; i < size; ) {
      need(Integer.BYTES);
      for (int most = Math.min(size, i + out.remaining() / Integer.BYTES); i < most; i++) {
        out.putInt(strings.length(i));
      }
    }
    int start = strings.offsets()[0];
    writeLong(strings.bytes(), start, strings.offsets()[size] - start);
  }

  private void writeLong(byte[] bytes, int from, int length) throws IOException {
    long place = NOT_SHARED;
    if (sent != null && length >= LEAST_SHARED) {
      place = sent.write(bytes, from, length);
    }
    need(Long.BYTES);
    out.putLong(place);
    if (place == NOT_SHARED) {
      write(bytes, from, length);
    }
  }

  private void write(byte[] bytes, int from, int length) throws IOException {
    int at = from;
    int end = from + length;
    while (at < end) {
      need(1);
      int part = Math.min(out.remaining(), end - at);
      out.put(bytes, at, part);
      at += part;
    }
  }

  private void need(int bytes) throws IOException {
    if (out.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    out.clear();
  }

  /** Sends all of a message; the next one is another. */
  void end() throws IOException {
    flush();
    if (sent != null) {
      sent.rewind();
    }
  }

  int readInt() throws IOException {
    fill(Integer.BYTES);
    return in.getInt();
  }

  /**
   * A text.
   *
   * @throws ProtocolException when it is longer than this
   */
  String readText(int most) throws IOException {
    int length = readInt();
    if (length < 0 || length > most) {
      throw new ProtocolException("a text of " + length + " bytes");
    }
    return new String(readBytes(length), StandardCharsets.UTF_8);
  }

  /**
   * Arrays.
   *
   * @param mostBytes what their values may take together
   * @throws ProtocolException when what comes is no array, or more
   */
  List<Array.Dense> readArrays(long mostBytes) throws IOException {
    int count = readInt();
    if (count < 0 || count > MOST_ARRAYS) {
      throw new ProtocolException(count + " arrays");
    }
    long left = mostBytes;
    List<Array.Dense> arrays = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Array.Dense array = readArray(left);
      left -= array.values().byteSize();
      arrays.add(array);
    }
    return arrays;
  }

  private Array.Dense readArray(long mostBytes) throws IOException {
    DType dtype = dtype(readInt());
    int rank = readInt();
    if (rank < 0 || rank > MOST_DIMS) {
      throw new ProtocolException("an array of rank " + rank);
    }
    List<Long> dims = new ArrayList<>(rank);
    long size = 1;
    for (int i = 0; i < rank; i++) {
      fill(Long.BYTES);
      long dim = in.getLong();
      dims.add(dim);
      size = dim < 0 ? -1 : multiplied(size, dim);
    }
    long bytes = multiplied(size, dtype == DType.STRING ? Integer.BYTES : dtype.bytes());
    if (bytes < 0 || bytes > Math.min(mostBytes, Integer.MAX_VALUE - 8)) {
      throw new ProtocolException(
          "an array " + dtype + " " + dims + " that is larger than the " + mostBytes + " allowed");
    }
    Values values =
        dtype == DType.STRING
            ? readStrings((int) size, mostBytes - bytes)
            : new Values.Numbers(dtype, readLong((int) bytes));
    return new Array.Dense(dims, values);
  }

  /** The product; -1 where a factor is negative or the product is no long. */
  private static long multiplied(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    return a < 0 || b < 0 || high != 0 || a * b < 0 ? -1 : a * b;
  }

  private static DType dtype(int number) throws IOException {
    for (DType dtype : DType.values()) {
      if (dtype.proto().getNumber() == number && !dtype.isOpaque()) {
        return dtype;
      }
    }
    throw new ProtocolException("an array of dtype " + number);
  }

  private Values.Strings readStrings(int size, long mostBytes) throws IOException {
    ByteBuffer lengths =
        ByteBuffer.wrap(readBytes(Integer.BYTES * size)).order(ByteOrder.LITTLE_ENDIAN);
    int[] offsets = new int[size + 1];
    long end = 0;
    for (int i = 0; i < size; i++) {
      int length = lengths.getInt();
      end += length;
      if (length < 0 || end > Math.min(mostBytes, Integer.MAX_VALUE - 8)) {
        throw new ProtocolException("strings that are longer than the " + mostBytes + " allowed");
      }
      offsets[i + 1] = (int) end;
    }
    return new Values.Strings(readLong((int) end), offsets);
  }

  private byte[] readLong(int length) throws IOException {
    fill(Long.BYTES);
    long place = in.getLong();
    if (place == NOT_SHARED) {
      return readBytes(length);
    }
    if (received == null || place < 0) {
      throw new ProtocolException("values at the place " + place);
    }
    byte[] bytes = new byte[Math.min(length, TRUSTED)];
    for (int at = 0; at < length; at = bytes.length) {
      bytes = grown(bytes, at, length);
      received.read(place + at, bytes, at, bytes.length - at);
    }
    return bytes;
  }

  private static byte[] grown(byte[] bytes, int used, int length) {
    return used < bytes.length
        ? bytes
        : Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
  }

  private byte[] readBytes(int length) throws IOException {
    byte[] bytes = new byte[Math.min(length, TRUSTED)];
    int at = 0;
    while (at < length) {
      bytes = grown(bytes, at, length);
      fill(1);
      int part = Math.min(in.remaining(), bytes.length - at);
      in.get(bytes, at, part);
      at += part;
    }
    return bytes;
  }

  private void fill(int bytes) throws IOException {
    if (in.remaining() >= bytes) {
      return;
    }
    in.compact();
    try {
      while (in.position() < bytes) {
        if (channel.read(in) < 0) {
          throw new EOFException();
        }
      }
    } finally {
      in.flip();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (sent != null && received != null) {
      sent.close();
      received.close();
    }
  }
}
