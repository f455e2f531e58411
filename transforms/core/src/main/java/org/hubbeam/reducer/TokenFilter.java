// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import org.hubbeam.batch.Internal;

/** Which tokens can be in a vocabulary. */
@Internal
public enum TokenFilter {
  /** All of them. */
  ALL,
  /** Those that can be lines of a text file: not empty, without line feed and carriage return. */
  LINES;

  /** Whether these bytes, from (included) to (excluded), can. */
  public boolean admits(byte[] block, int from, int to) {
    if (this == ALL) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (block[i] == '\n' || block[i] == '\r') {
        return false;
      }
    }
    return to > from;
  }
}
