// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The index format of hnswlib: a {@linkplain HnswHeader header}, an element for each row (links of
 * layer 0, values, label), then the links of the layers above. Little-endian. The 17th bit of the
 * number of links is the delete mark.
 */
final class HnswFile {

  private static final int BUFFER = 1 << 20;
  private static final int COUNT = 0xffff;
  private static final int DELETED = 1 << 16;

  private final HnswHeader header;
  private final HnswStore store;
  private final FileChannel channel;

  private HnswFile(HnswHeader header, HnswStore store, FileChannel channel) {
    this.header = header;
    this.store = store;
    this.channel = channel;
  }

  static void write(HnswStore store, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      HnswHeader header = HnswHeader.of(store);
      HnswFile out = new HnswFile(header, store, channel);
      ByteBuffer buffer = buffer(Math.max(BUFFER, header.element()));
      buffer.put(header.encode());
      out.writeElements(buffer);
      out.writeUpper(buffer);
      out.flush(buffer);
    }
  }

  private void writeElements(ByteBuffer buffer) throws IOException {
    int width = store.most() + 1;
    for (int row = 0; row < store.size; row++) {
      if (buffer.remaining() < header.element()) {
        flush(buffer);
      }
      int at = buffer.position();
      IntBuffer links = buffer.asIntBuffer();
      int count = store.base[row * width];
      links.put(store.deleted.get(row) ? count | DELETED : count);
      links.put(store.base, row * width + 1, count);
      for (int i = count; i < store.most(); i++) {
        links.put(0);
      }
      buffer.position(at + 4 * width);
      buffer.asFloatBuffer().put(store.vectors, row * store.dimension, store.dimension);
      buffer.position(at + header.labelAt());
      buffer.putLong(store.label(row));
    }
  }

  private void writeUpper(ByteBuffer buffer) throws IOException {
    int width = store.options.m() + 1;
    for (int row = 0; row < store.size; row++) {
      int ints = store.tops[row] * width;
      if (buffer.remaining() < 4 * (ints + 1)) {
        flush(buffer);
      }
      buffer.putInt(4 * ints);
      for (int layer = 1; layer <= store.tops[row]; layer++) {
        int at = store.at(row, layer);
        for (int i = 0; i < width; i++) {
          buffer.putInt(i <= store.upper[at] ? store.upper[at + i] : 0);
        }
      }
    }
  }

  private void flush(ByteBuffer buffer) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  static HnswStore read(Path file, int dimension) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      HnswHeader header = header(channel, dimension);
      byte[] tops = tops(channel, header);
      HnswStore store = new HnswStore(header.size(), dimension, header.options(), tops);
      store.entry = header.entry();
      store.top = header.top();
      if (header.size() > 0 && tops[header.entry()] != header.top()) {
        throw HnswHeader.damaged("its first row is not on the highest layer");
      }
      HnswFile in = new HnswFile(header, store, channel);
      in.readElements();
      in.readUpper();
      return store;
    } catch (IOException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Reads and checks the header. */
  static HnswHeader header(FileChannel channel, int dimension) throws IOException {
    ByteBuffer first = buffer(HnswHeader.BYTES);
    if (channel.size() < HnswHeader.BYTES) {
      throw HnswHeader.damaged("it has " + channel.size() + " bytes");
    }
    fill(channel, first, 0);
    return HnswHeader.decode(first, dimension, channel.size());
  }

  /** The highest layer of each row: the lengths of the lists after the elements. */
  private static byte[] tops(FileChannel channel, HnswHeader header) throws IOException {
    byte[] tops = new byte[header.size()];
    int layer = 4 * (header.options().m() + 1);
    long at = header.upperAt();
    ByteBuffer buffer = buffer(BUFFER);
    long bufferAt = at;
    buffer.limit(0);
    for (int row = 0; row < tops.length; row++) {
      if (at < bufferAt || at + 4 > bufferAt + buffer.limit()) {
        bufferAt = at;
        buffer.clear().limit((int) Math.min(BUFFER, channel.size() - at));
        fill(channel, buffer, at);
      }
      int bytes = buffer.limit() < 4 ? -1 : buffer.getInt((int) (at - bufferAt));
      if (bytes < 0 || bytes % layer != 0 || bytes / layer > header.top()) {
        throw HnswHeader.damaged("row " + row + " has " + bytes + " bytes of links above layer 0");
      }
      tops[row] = (byte) (bytes / layer);
      at += 4 + bytes;
      if (at > channel.size()) {
        throw HnswHeader.damaged("it is cut off");
      }
    }
    if (at != channel.size()) {
      throw HnswHeader.damaged((channel.size() - at) + " bytes follow its end");
    }
    return tops;
  }

  private void readElements() throws IOException {
    int rows = Math.max(1, BUFFER / header.element());
    ByteBuffer buffer = buffer(rows * header.element());
    for (int from = 0; from < store.size; from += rows) {
      int count = Math.min(rows, store.size - from);
      buffer.clear().limit(count * header.element());
      fill(channel, buffer, HnswHeader.BYTES + (long) from * header.element());
      buffer.flip();
      IntBuffer ints = buffer.asIntBuffer();
      FloatBuffer floats = buffer.asFloatBuffer();
      for (int i = 0; i < count; i++) {
        int row = from + i;
        int at = i * header.element() / 4;
        ints.get(at, store.base, row * (store.most() + 1), store.most() + 1);
        floats.get(at + store.most() + 1, store.vectors, row * store.dimension, store.dimension);
        readLabel(row, buffer.getLong(i * header.element() + header.labelAt()));
        checkBase(row);
      }
    }
  }

  private void readLabel(int row, long label) {
    if (label != row && store.labels == null) {
      long[] labels = new long[store.size];
      for (int i = 0; i < row; i++) {
        labels[i] = i;
      }
      store.labels = labels;
    }
    if (store.labels != null) {
      store.labels[row] = label;
    }
  }

  private void checkBase(int row) throws IOException {
    int at = row * (store.most() + 1);
    int head = store.base[at];
    if ((head & DELETED) != 0) {
      store.deleted.set(row);
    }
    int count = head & COUNT;
    if (count > store.most()) {
      throw HnswHeader.damaged("row " + row + " has " + count + " links");
    }
    store.base[at] = count;
    for (int i = at + 1; i <= at + count; i++) {
      int link = store.base[i];
      if (link < 0 || link >= store.size) {
        throw outside(row, link);
      }
    }
  }

  private void readUpper() throws IOException {
    int width = store.options.m() + 1;
    ByteBuffer buffer = buffer(BUFFER);
    long next = header.upperAt();
    buffer.limit(0);
    for (int row = 0; row < store.size; row++) {
      int bytes = 4 * (store.tops[row] * width + 1);
      if (buffer.remaining() < bytes) {
        buffer.clear().limit((int) Math.min(BUFFER, channel.size() - next));
        fill(channel, buffer, next);
        buffer.flip();
      }
      next += bytes;
      buffer.getInt();
      int at = store.upperAt[row];
      for (int i = 0; i < store.tops[row] * width; i++) {
        store.upper[at + i] = buffer.getInt();
      }
      for (int layer = 1; layer <= store.tops[row]; layer++) {
        checkUpper(row, layer);
      }
    }
  }

  private void checkUpper(int row, int layer) throws IOException {
    int at = store.at(row, layer);
    int count = store.upper[at] & COUNT;
    if (count > store.options.m()) {
      throw HnswHeader.damaged("row " + row + " has " + count + " links on layer " + layer);
    }
    store.upper[at] = count;
    for (int i = at + 1; i <= at + count; i++) {
      int link = store.upper[i];
      if (link < 0 || link >= store.size || store.tops[link] < layer) {
        throw outside(row, link);
      }
    }
  }

  private static IOException outside(int row, int link) {
    return HnswHeader.damaged(
        "row "
            + row
            + " is linked with row "
            + Integer.toUnsignedString(link)
            + ", which is not there");
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fills a buffer from a place in the file. */
  static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
    long at = from;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException("the file ends too early");
      }
      at += read;
    }
  }
}
