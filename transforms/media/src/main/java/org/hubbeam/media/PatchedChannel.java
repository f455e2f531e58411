// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A channel to read, some of whose bytes are others. */
final class PatchedChannel implements SeekableByteChannel {

  private final SeekableByteChannel channel;
  private final Patch patch;

  /** Bytes in the place of those that stand there. */
  record Patch(long position, byte[] bytes) {}

  /** Closes the channel when it is closed. */
  PatchedChannel(SeekableByteChannel channel, Patch patch) {
    this.channel = channel;
    this.patch = patch;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    long from = channel.position();
    int begin = into.position();
    int count = channel.read(into);
    for (int i = 0; i < patch.bytes.length; i++) {
      long at = patch.position + i - from;
      if (at >= 0 && at < count) {
        into.put(begin + (int) at, patch.bytes[i]);
      }
    }
    return count;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException("this channel is only read");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("this channel is only read");
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
