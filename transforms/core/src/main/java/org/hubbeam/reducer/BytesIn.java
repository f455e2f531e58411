// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.EOFException;
import java.io.InputStream;

/** An unsynchronised stream that reads bytes from memory. Not thread-safe. */
final class BytesIn extends InputStream {

  private final byte[] bytes;
  private int at;

  BytesIn(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int available() {
    return bytes.length - at;
  }

  /** Goes over the next bytes; returns where they begin. */
  int over(int length) throws EOFException {
    if (length > available()) {
      throw new EOFException(
          "bytes are cut off: of " + length + " at " + at + ", " + available() + " are there");
    }
    at += length;
    return at - length;
  }

  @Override
  public int read() {
    return at == bytes.length ? -1 : bytes[at++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length > 0 && at == bytes.length) {
      return -1;
    }
    int count = Math.min(length, available());
    System.arraycopy(bytes, at, into, offset, count);
    at += count;
    return count;
  }
}
