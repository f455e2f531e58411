// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A graph of codes in a file: a {@linkplain Int8Header header}; the numbers of links on layer 0, 16
 * bits each; of the rows above it the highest layers, 8 bits, the numbers and the links, 32 bits;
 * scales; codes; links of layer 0. Little-endian.
 */
final class Int8File {

  private static final int BUFFER = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  private Int8File(FileChannel channel) {
    this.channel = channel;
  }

  static void write(Int8Store store, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      Int8File out = new Int8File(channel);
      out.buffer.put(
          new Int8Header(
                  store.size,
                  store.dimension,
                  store.options,
                  store.top,
                  store.entry,
                  store.upperRows.length,
                  store.starts[store.size])
              .encode());
      for (int row = 0; row < store.size; row++) {
        out.room(2);
        out.buffer.putShort((short) (store.starts[row + 1] - store.starts[row]));
      }
      out.put(store.upperTops, store.upperTops.length);
      out.put(store.upperRows);
      out.put(store.upper);
      for (float scale : store.scales) {
        out.room(4);
        out.buffer.putFloat(scale);
      }
      out.put(store.codes, store.codes.length);
      out.put(store.base, store.baseBytes);
      out.flush();
    }
  }

  private void put(byte[] bytes, int length) throws IOException {
    for (int at = 0; at < length; ) {
      room(1);
      int count = Math.min(buffer.remaining(), length - at);
      buffer.put(bytes, at, count);
      at += count;
    }
  }

  private void put(int[] values) throws IOException {
    for (int value : values) {
      room(4);
      buffer.putInt(value);
    }
  }

  private void room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  static Int8Store read(Path file, int dimension) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new Int8File(channel).read(dimension);
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private Int8Store read(int dimension) throws IOException {
    buffer.limit(0);
    need(Int8Header.BYTES);
    Int8Header header = Int8Header.decode(buffer, dimension, channel.size());
    int[] starts = new int[header.size() + 1];
    for (int row = 0; row < header.size(); row++) {
      need(2);
      int count = buffer.getShort() & 0xffff;
      starts[row + 1] = starts[row] + count;
      if (count > 2 * header.options().m() || starts[row + 1] > header.links()) {
        throw Int8Header.damaged("row " + row + " has " + count + " links");
      }
    }
    if (starts[header.size()] != header.links()) {
      throw Int8Header.damaged("links are missing");
    }
    Int8Store store = new Int8Store(header, starts, tops(header));
    get(store.upperRows);
    get(store.upper);
    for (int row = 0; row < store.size; row++) {
      need(4);
      store.scales[row] = buffer.getFloat();
    }
    get(store.codes, store.codes.length);
    get(store.base, store.baseBytes);
    if (buffer.hasRemaining() || channel.position() != channel.size()) {
      throw Int8Header.damaged("bytes follow its end");
    }
    check(store);
    return store;
  }

  private byte[] tops(Int8Header header) throws IOException {
    byte[] tops = new byte[header.uppers()];
    get(tops, tops.length);
    long ints = 0;
    for (byte top : tops) {
      if (top < 1 || top > header.top()) {
        throw Int8Header.damaged("a row is on layer " + top + " of " + header.top());
      }
      ints += (long) top * (header.options().m() + 1);
    }
    if (4 * ints > channel.size()) {
      throw Int8Header.damaged("links are missing");
    }
    return tops;
  }

  private static void check(Int8Store store) throws IOException {
    for (int i = 0; i < store.upperRows.length; i++) {
      int row = store.upperRows[i];
      if (row >= store.size || row <= (i == 0 ? -1 : store.upperRows[i - 1])) {
        throw Int8Header.damaged("the rows above layer 0 are not in order");
      }
    }
    if (store.size > 0 && store.top(store.entry) != store.top) {
      throw Int8Header.damaged("its first row is not on the highest layer");
    }
    for (int i = 0; i < store.upperRows.length; i++) {
      for (int layer = 1; layer <= store.upperTops[i]; layer++) {
        checkUpper(store, store.upperAt[i] + (layer - 1) * (store.options.m() + 1), layer);
      }
    }
    for (int i = 0; i < store.starts[store.size]; i++) {
      int link = store.link(i);
      if (link < 0 || link >= store.size) {
        throw Int8Header.damaged("a link leads to row " + link + ", which is not there");
      }
    }
  }

  private static void checkUpper(Int8Store store, int at, int layer) throws IOException {
    int count = store.upper[at];
    if (count < 0 || count > store.options.m()) {
      throw Int8Header.damaged("a row has " + count + " links on layer " + layer);
    }
    for (int i = at + 1; i <= at + count; i++) {
      int link = store.upper[i];
      if (link < 0 || link >= store.size || store.top(link) < layer) {
        throw Int8Header.damaged(
            "a link leads to row " + link + ", which is not on layer " + layer);
      }
    }
  }

  private void get(byte[] target, int length) throws IOException {
    for (int at = 0; at < length; ) {
      need(1);
      int count = Math.min(buffer.remaining(), length - at);
      buffer.get(target, at, count);
      at += count;
    }
  }

  private void get(int[] target) throws IOException {
    for (int i = 0; i < target.length; i++) {
      need(4);
      target[i] = buffer.getInt();
    }
  }

  private void need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      buffer.compact();
      while (buffer.position() < bytes) {
        if (channel.read(buffer) < 0) {
          throw new EOFException("the file ends too early");
        }
      }
      buffer.flip();
    }
  }
}
