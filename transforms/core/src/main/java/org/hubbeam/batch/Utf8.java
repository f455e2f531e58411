// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8 as Unicode defines it: no surrogates and no overlong forms. */
@Internal
public final class Utf8 {

  /** A byte that UTF-8 never has. */
  public static final byte NONE = (byte) 0xff;

  private static final long HIGH = 0x8080808080808080L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Utf8() {}

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException when it has half of a surrogate pair, which has no UTF-8; Java
   *     alone would put a question mark there
   */
  public static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else {
        throw new IllegalArgumentException(
            String.format(
                "the text has half of a surrogate pair, \\u%04x, which UTF-8 does not have",
                (int) c));
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Where the first character between two places is none; -1 if all are. */
  public static int fault(byte[] block, int from, int to) {
    int i = from;
    while (i < to) {
      if (block[i] >= 0) {
        i = behindAscii(block, i, to);
        continue;
      }
      int length = length(block, i, to);
      if (length == 0) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  /** Whether all bytes between two places are ASCII. */
  public static boolean isAscii(byte[] block, int from, int to) {
    int i = from;
    for (; i <= to - 4 * Long.BYTES; i += 4 * Long.BYTES) {
      long both = (long) LONG.get(block, i) | (long) LONG.get(block, i + Long.BYTES);
      long more =
          (long) LONG.get(block, i + 2 * Long.BYTES) | (long) LONG.get(block, i + 3 * Long.BYTES);
      if (((both | more) & HIGH) != 0) {
        return false;
      }
    }
    return behindAscii(block, i, to) == to;
  }

  private static int behindAscii(byte[] block, int from, int to) {
    int i = from;
    while (i <= to - Long.BYTES && ((long) LONG.get(block, i) & HIGH) == 0) {
      i += Long.BYTES;
    }
    while (i < to && block[i] >= 0) {
      i++;
    }
    return i;
  }

  /** The length of a character of several bytes; 0 if it is none, or does not end. */
  private static int length(byte[] block, int at, int to) {
    int first = block[at] & 0xff;
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > to) {
      return 0;
    }
    int second = block[at + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    boolean rest = second >= least && second <= most;
    for (int i = 2; i < length; i++) {
      rest &= (block[at + i] & 0xc0) == 0x80;
    }
    return rest ? length : 0;
  }
}
