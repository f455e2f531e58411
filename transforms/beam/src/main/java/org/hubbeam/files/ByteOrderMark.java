// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.Optional;

/** The bytes with which a file of text may tell its encoding. */
enum ByteOrderMark {
  UTF_8("UTF-8", 0xef, 0xbb, 0xbf),
  UTF_32LE("UTF-32LE", 0xff, 0xfe, 0, 0),
  UTF_32BE("UTF-32BE", 0, 0, 0xfe, 0xff),
  UTF_16LE("UTF-16LE", 0xff, 0xfe),
  UTF_16BE("UTF-16BE", 0xfe, 0xff);

  private final String charset;
  private final int[] bytes;

  ByteOrderMark(String charset, int... bytes) {
    this.charset = charset;
    this.bytes = bytes;
  }

  /** The mark with which a file begins. */
  static Optional<ByteOrderMark> of(byte[] head) {
    for (ByteOrderMark mark : values()) {
      boolean begins = head.length >= mark.bytes.length;
      for (int i = 0; begins && i < mark.bytes.length; i++) {
        begins = (head[i] & 0xff) == mark.bytes[i];
      }
      if (begins) {
        return Optional.of(mark);
      }
    }
    return Optional.empty();
  }

  /** The name of the encoding. */
  String charset() {
    return charset;
  }

  /** How many bytes it has. */
  int length() {
    return bytes.length;
  }
}
