// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Rows in the binary format of {@code COPY}. For one thread. */
final class PgCopy {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  private byte[] block = new byte[1 << 16];
  private int size;

  /** Begins a new set of rows. */
  PgCopy begin() {
    size = 0;
    bytes(SIGNATURE, 0, SIGNATURE.length);
    int32(0);
    int32(0);
    return this;
  }

  /** Ends the rows. */
  void end() {
    int16(-1);
  }

  /** Where the next byte goes. */
  int position() {
    return size;
  }

  /** Takes back all from this place on. */
  void back(int position) {
    size = position;
  }

  /** Sets the number of bytes between the place behind a length, which is there, and here. */
  void setLength(int place) {
    int end = size;
    size = place - 4;
    int32(end - place);
    size = end;
  }

  byte[] block() {
    return block;
  }

  void int16(int value) {
    reserve(2);
    block[size++] = (byte) (value >> 8);
    block[size++] = (byte) value;
  }

  void int32(int value) {
    int16(value >> 16);
    int16(value);
  }

  void int64(long value) {
    int32((int) (value >> 32));
    int32((int) value);
  }

  void int8(int value) {
    reserve(1);
    block[size++] = (byte) value;
  }

  void bytes(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, block, size, end - start);
    size += end - start;
  }

  private void reserve(int more) {
    if (block.length - size < more) {
      block =
          Arrays.copyOf(
              block,
              Math.max(
                  Math.addExact(size, more),
                  Math.max(
                      block.length, (int) Math.min(2L * block.length, Integer.MAX_VALUE - 8))));
    }
  }
}
