// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Records of one size, written once and then read in any order. */
interface RowStore extends AutoCloseable {

  /** Appends records. */
  void append(byte[] bytes, int from, int length);

  /** How many bytes there are. */
  long size();

  /** Copies bytes; threads may do so at the same time. */
  void read(long position, byte[] to, int at, int length);

  @Override
  void close();

  /** Records in memory. */
  final class InMemory implements RowStore {

    private static final int BLOCK = 1 << 20;

    private final List<byte[]> blocks = new ArrayList<>();
    private long size;

    @Override
    public void append(byte[] bytes, int from, int length) {
      int done = 0;
      while (done < length) {
        int at = (int) (size % BLOCK);
        if (at == 0) {
          blocks.add(new byte[BLOCK]);
        }
        int part = Math.min(length - done, BLOCK - at);
        System.arraycopy(bytes, from + done, blocks.get(blocks.size() - 1), at, part);
        done += part;
        size += part;
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long position, byte[] to, int at, int length) {
      int done = 0;
      while (done < length) {
        int from = (int) ((position + done) % BLOCK);
        int part = Math.min(length - done, BLOCK - from);
        byte[] block = blocks.get((int) ((position + done) / BLOCK));
        System.arraycopy(block, from, to, at + done, part);
        done += part;
      }
    }

    @Override
    public void close() {
      blocks.clear();
    }
  }

  /** Records in a file, which is gone when this is closed. */
  final class InFile implements RowStore {

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer pending;
    private long size;

    InFile(Path file) {
      this.file = file;
      this.pending = ByteBuffer.allocate(BUFFER);
      try {
        channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void append(byte[] bytes, int from, int length) {
      if (length > pending.remaining()) {
        flush();
      }
      if (length > pending.remaining()) {
        write(ByteBuffer.wrap(bytes, from, length));
      } else {
        pending.put(bytes, from, length);
      }
      size += length;
    }

    private void flush() {
      write(pending.flip());
      pending.clear();
    }

    private void write(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long position, byte[] to, int at, int length) {
      synchronized (this) {
        if (pending.position() > 0) {
          flush();
        }
      }
      ByteBuffer target = ByteBuffer.wrap(to, at, length);
      try {
        while (target.hasRemaining()) {
          int read = channel.read(target, position + length - target.remaining());
          if (read < 0) {
            throw new EOFException(file + " is cut off");
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
