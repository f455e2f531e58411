// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in memory through which bytes go from one process to another without waking anybody. It is
 * read and written, not mapped: what the other process cuts off is then an error, and no signal.
 * For one thread.
 */
final class SharedFile implements Closeable {

  /** Larger messages go another way. */
  private static final long MOST_BYTES = 256L << 20;

  private final FileChannel file;
  private final ByteBuffer chunk;
  private long end;
  private boolean full;

  /**
   * Opens a file that is there.
   *
   * @param chunk a direct buffer, which others may use in between
   */
  SharedFile(Path path, ByteBuffer chunk) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.chunk = chunk;
  }

  /** Lets a new message begin: what was written before is read. */
  void rewind() {
    end = 0;
  }

  /**
   * Writes behind what was written before.
   *
   * @return where it begins; negative when there is no room
   */
  long write(byte[] bytes, int from, int length) throws IOException {
    if (full || end + length > MOST_BYTES) {
      return -1;
    }
    long start = end;
    for (int at = from; at < from + length; ) {
      chunk.clear();
      int part = Math.min(chunk.remaining(), from + length - at);
      chunk.put(bytes, at, part).flip();
      try {
        while (chunk.hasRemaining()) {
          end += file.write(chunk, end);
        }
      } catch (java.nio.channels.ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        // The file system is full.
        full = true;
        return -1;
      }
      at += part;
    }
    return start;
  }

  /**
   * Reads into the whole of an array.
   *
   * @throws ProtocolException when the file is shorter
   */
  void read(long start, byte[] into, int from, int length) throws IOException {
    long place = start;
    for (int at = from; at < from + length; ) {
      chunk.clear().limit(Math.min(chunk.capacity(), from + length - at));
      int part = file.read(chunk, place);
      if (part <= 0) {
        throw new ProtocolException("bytes that are in no file");
      }
      chunk.flip();
      chunk.get(into, at, part);
      at += part;
      place += part;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
