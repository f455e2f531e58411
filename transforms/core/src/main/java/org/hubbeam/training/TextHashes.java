// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/** Hashes of texts. */
final class TextHashes {

  private long[] hashes = new long[1024];
  private int size;

  void add(byte[] text) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    hashes[size++] = of(text);
  }

  long get(int text) {
    return hashes[text];
  }

  /**
   * FNV-1a, its bits spread.
   *
   * @see <a href="http://www.isthe.com/chongo/tech/comp/fnv/">FNV</a>
   */
  static long of(byte[] text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return Split.mixed(hash);
  }
}
