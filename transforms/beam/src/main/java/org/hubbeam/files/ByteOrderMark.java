// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.HexFormat;
import java.util.Optional;

/** The bytes with which a file of text may tell its encoding. */
enum ByteOrderMark {
  UTF_8("UTF-8", "efbbbf"),
  UTF_32LE("UTF-32LE", "fffe0000"),
  UTF_32BE("UTF-32BE", "0000feff"),
  UTF_16LE("UTF-16LE", "fffe"),
  UTF_16BE("UTF-16BE", "feff");

  private final String charset;
  private final String hex;

  ByteOrderMark(String charset, String hex) {
    this.charset = charset;
    this.hex = hex;
  }

  /** The mark with which a file begins. */
  static Optional<ByteOrderMark> of(byte[] head) {
    for (ByteOrderMark mark : values()) {
      int length = mark.length();
      if (head.length >= length && HexFormat.of().formatHex(head, 0, length).equals(mark.hex)) {
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
    return hex.length() / 2;
  }
}
