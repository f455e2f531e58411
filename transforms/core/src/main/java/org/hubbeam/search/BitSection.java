// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.util.Arrays;

/** Bits that come one after another. */
final class BitSection {

  private long[] words = new long[16];
  private int count;
  private int set;

  void add(boolean bit) {
    if (count >>> 6 == words.length) {
      words = Arrays.copyOf(words, 2 * words.length);
    }
    if (bit) {
      words[count >>> 6] |= 1L << count;
      set++;
    }
    count++;
  }

  /** Whether some are not set. */
  boolean isMixed() {
    return set < count;
  }

  void appendTo(SectionFile file) throws IOException {
    for (int i = 0; i < RowBits.words(count); i++) {
      file.putLong(words[i]);
    }
  }
}
