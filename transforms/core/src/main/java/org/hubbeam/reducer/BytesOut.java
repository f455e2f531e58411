// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.OutputStream;
import java.util.Arrays;

/** An unsynchronised stream that writes bytes to memory. Not thread-safe. */
final class BytesOut extends OutputStream {

  private byte[] bytes = new byte[32];
  private int size;

  @Override
  public void write(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  @Override
  public void write(byte[] from, int at, int length) {
    room(length);
    System.arraycopy(from, at, bytes, size, length);
    size += length;
  }

  private void room(int length) {
    int least = Math.addExact(size, length);
    if (least > bytes.length) {
      bytes = Arrays.copyOf(bytes, Encoding.grown(bytes.length, least));
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }
}
