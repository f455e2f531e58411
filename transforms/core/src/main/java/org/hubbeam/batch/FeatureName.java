// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

import java.util.Arrays;

/**
 * A feature's name as it lies in a block of bytes; may be set to another, as long as it is no key.
 */
final class FeatureName {
  private byte[] bytes;
  private int from;
  private int to;

  FeatureName(byte[] bytes, int from, int to) {
    set(bytes, from, to);
  }

  void set(byte[] newBytes, int newFrom, int newTo) {
    bytes = newBytes;
    from = newFrom;
    to = newTo;
  }

  /** The name alone. */
  byte[] copy() {
    return Arrays.copyOfRange(bytes, from, to);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureName n && Arrays.equals(bytes, from, to, n.bytes, n.from, n.to);
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
