// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfrecord;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.hubbeam.batch.Internal;

/** A channel as a stream that waits where a read gives nothing, and remembers when it broke. */
@Internal
public final class ByteSource extends BulkInputStream {

  private final ReadableByteChannel channel;
  private boolean broken;

  public ByteSource(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /** Whether an error came from the channel itself, not from what was made of its bytes. */
  public boolean isBroken() {
    return broken;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
      int read = 0;
      while (read == 0) {
        read = channel.read(buffer);
      }
      return read;
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
