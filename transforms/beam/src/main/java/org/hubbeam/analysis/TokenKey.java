// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.analysis;

import java.nio.ByteBuffer;

/**
 * One of the vocabularies of a phase by its number, or a partition of its tokens, as a key. Keys
 * are bytes, not numbers: before they sort, engines bring equal keys together in memory, and all
 * that a task has of a large vocabulary in one record would be more than they can sort. Arrays are
 * not equal to them, so that each element stays a record.
 */
final class TokenKey {

  private TokenKey() {}

  static byte[] of(int vocabulary) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(vocabulary).array();
  }

  static byte[] of(int vocabulary, int partition) {
    return ByteBuffer.allocate(2 * Integer.BYTES).putInt(vocabulary).putInt(partition).array();
  }

  static int vocabulary(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }
}
