// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.ByteBuffer;

/**
 * Where the strings of a tensor lie. A struct has 24 bytes, of which the lowest two bits tell the
 * kind: up to 22 bytes in the struct itself; a length and, after 16 bytes, the place of bytes on
 * the heap; a length and, after 8 bytes, the place of bytes of another's; a length, and how far
 * behind the struct the bytes are.
 */
final class StringStructs {

  private static final int STRING_BYTES = 24;
  private static final int SMALL = 0;
  private static final int LARGE = 1;
  private static final int OFFSET = 2;

  private final ByteBuffer structs;
  private final long start;
  private final int[] offsets;

  /**
   * The structs of a tensor.
   *
   * @param structs little endian
   * @param start where they lie
   */
  StringStructs(ByteBuffer structs, long start, int size) {
    this.structs = structs;
    this.start = start;
    this.offsets = new int[size + 1];
    for (int i = 0; i < size; i++) {
      offsets[i + 1] = Math.addExact(offsets[i], length(i));
    }
  }

  /** Where each string begins, and the last one ends, when they are laid end to end. */
  int[] offsets() {
    return offsets;
  }

  /** Where a string ends when they are laid end to end. */
  int end(int index) {
    return offsets[index + 1];
  }

  private int kind(int index) {
    return structs.get(index * STRING_BYTES) & 3;
  }

  private int length(int index) {
    int at = index * STRING_BYTES;
    return switch (kind(index)) {
      case SMALL -> (structs.get(at) & 0xff) >> 2;
      case OFFSET -> structs.getInt(at) >>> 2;
      default -> Math.toIntExact(structs.getLong(at) >>> 2);
    };
  }

  /** Where the bytes of a string lie. */
  long address(int index) {
    int at = index * STRING_BYTES;
    return switch (kind(index)) {
      case SMALL -> start + at + 1;
      case LARGE -> structs.getLong(at + 16);
      case OFFSET -> start + at + Integer.toUnsignedLong(structs.getInt(at + 4));
      default -> structs.getLong(at + 8);
    };
  }
}
