// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reads the values of single rows from a file of hnswlib's, which stays on the disk. Thread-safe.
 */
final class FloatFile implements AutoCloseable {

  private static final int TRIES = 3;

  private final Path file;
  private final HnswHeader header;
  private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
  private volatile FileChannel channel;
  private volatile boolean closed;

  FloatFile(Path file, int dimension) throws IOException {
    this.file = file;
    channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      header = HnswFile.header(channel, dimension);
    } catch (IOException e) {
      channel.close();
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  int size() {
    return header.size();
  }

  void copy(int row, float[] target, int at) {
    ByteBuffer taken = buffers.poll();
    ByteBuffer buffer =
        taken != null
            ? taken
            : ByteBuffer.allocateDirect(4 * header.dimension()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      read(buffer, row);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
    buffer.asFloatBuffer().get(target, at, header.dimension());
    buffers.add(buffer);
  }

  private void read(ByteBuffer buffer, int row) throws IOException {
    for (int attempt = 1; ; attempt++) {
      FileChannel current = channel;
      try {
        buffer.clear();
        HnswFile.fill(current, buffer, header.valuesOf(row));
        buffer.flip();
        return;
      } catch (ClosedByInterruptException e) {
        // The interrupt of one thread closes the channel of all.
        reopen(current);
        throw e;
      } catch (ClosedChannelException e) {
        if (closed || attempt == TRIES) {
          throw e;
        }
        reopen(current);
      }
    }
  }

  private synchronized void reopen(FileChannel old) throws IOException {
    if (channel == old && !closed) {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    buffers.clear();
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
