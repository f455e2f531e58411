// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Copies out of native memory. What lies near is read through one buffer: a step into native code
 * for each of many short strings would take longer than to copy them.
 */
final class NativeWindow {

  private static final long BEFORE = 1L << 30;

  private final BytePointer base;
  private @Nullable ByteBuffer buffer;
  private long start;

  /** A window that is moved to where it is looked. */
  NativeWindow(Pointer base) {
    this.base = new BytePointer(base);
  }

  /** Copies bytes that lie at an address. */
  void copy(long address, byte[] to, int at, int length) {
    long from = address - start;
    if (buffer == null || from < 0 || from + length > Integer.MAX_VALUE) {
      start = Math.max(0, address - (length < BEFORE ? BEFORE : 0));
      from = address - start;
      buffer = base.getPointer(start - base.address()).capacity(Integer.MAX_VALUE).asByteBuffer();
    }
    buffer.get((int) from, to, at, length);
  }
}
