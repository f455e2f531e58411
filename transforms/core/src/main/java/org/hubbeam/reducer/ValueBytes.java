// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;

/** The values of a column as bytes: strings as they are, integers as decimal text. */
final class ValueBytes {

  private final byte[] block;
  private final int[] offsets;
  private final long @Nullable [] numbers;
  private int from;
  private int to;

  private ValueBytes(byte[] block, int[] offsets, long @Nullable [] numbers) {
    this.block = block;
    this.offsets = offsets;
    this.numbers = numbers;
  }

  /**
   * The values of a column of strings or integers.
   *
   * @throws IllegalArgumentException for another column
   */
  static ValueBytes of(Array column, String role) {
    check(column.dtype(), role);
    if (column.values() instanceof Values.Strings strings) {
      return new ValueBytes(strings.bytes(), strings.offsets(), null);
    }
    return new ValueBytes(
        new byte[20], new int[0], NumberArrays.longs((Values.Numbers) column.values()));
  }

  static DType check(DType dtype, String role) {
    if (dtype != DType.STRING && (!dtype.isInteger() || dtype == DType.UINT64)) {
      throw new IllegalArgumentException(
          role + " must be strings, or integers but for uint64; not " + dtype);
    }
    return dtype;
  }

  /** Goes to one value. */
  void at(int index) {
    if (numbers == null) {
      from = offsets[index];
      to = offsets[index + 1];
    } else {
      to = block.length;
      from = decimal(numbers[index], block);
    }
  }

  /** Where the bytes of the value are. */
  byte[] block() {
    return block;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  /** Writes a number at the end of the block; returns where it begins. */
  static int decimal(long number, byte[] block) {
    int at = block.length;
    long rest = number > 0 ? -number : number;
    do {
      block[--at] = (byte) ('0' - rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0) {
      block[--at] = '-';
    }
    return at;
  }

  /** The number that bytes written by {@link #decimal} say. */
  static long number(byte[] block, int from, int to) {
    boolean negative = block[from] == '-';
    long rest = 0;
    for (int at = negative ? from + 1 : from; at < to; at++) {
      rest = rest * 10 - (block[at] - '0');
    }
    return negative ? rest : -rest;
  }
}
