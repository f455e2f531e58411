// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for bytes in a block, eight at a time. Formulas: S. E. Anderson, Bit Twiddling Hacks,
 * "Determine if a word has a zero byte" and "a byte less than n"; the lowest byte that they mark is
 * exact.
 */
final class ByteSearch {

  private static final long LOW = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ByteSearch() {}

  /** Where this byte is first between two places of a block; the second place if it is not. */
  static int first(byte what, byte[] block, int from, int to) {
    long all = (what & 0xffL) * LOW;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long zeros = (long) LONG.get(block, i) ^ all;
      long found = (zeros - LOW) & ~zeros & HIGH;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && block[i] != what) {
      i++;
    }
    return i;
  }

  /**
   * Where a byte from 0 on and less than this, which is positive, is first between two places of a
   * block; the second place if there is none.
   */
  static int firstBelow(byte bound, byte[] block, int from, int to) {
    long all = bound * LOW;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONG.get(block, i);
      long found = (word - all) & ~word & HIGH;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && (block[i] < 0 || block[i] >= bound)) {
      i++;
    }
    return i;
  }
}
