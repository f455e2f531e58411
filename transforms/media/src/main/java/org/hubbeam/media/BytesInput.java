// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Bytes as decoders read them. Some decoders go on for minutes, and take memory without end, where
 * the bytes have ended; that is stopped here.
 */
final class BytesInput extends ImageInputStreamImpl {

  private static final int PATIENCE = 256;

  private final byte[] bytes;
  private int beyond;

  BytesInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return end();
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] to, int at, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= bytes.length) {
      return end();
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, to, at, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  private int end() {
    if (++beyond > PATIENCE) {
      throw new IllegalStateException("read " + beyond + " times behind the end");
    }
    return -1;
  }
}
