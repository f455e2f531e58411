// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.media;

import java.nio.charset.StandardCharsets;

/** Numbers in the headers of files. */
final class Bytes {

  private Bytes() {}

  static int bigShort(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  static int bigInt(byte[] bytes, int at) {
    return bigShort(bytes, at) << 16 | bigShort(bytes, at + 2);
  }

  static int littleShort(byte[] bytes, int at) {
    return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
  }

  static int littleInt(byte[] bytes, int at) {
    return littleShort(bytes, at) | littleShort(bytes, at + 2) << 16;
  }

  /** Whether these characters, one byte each, stand there. */
  static boolean has(byte[] bytes, int at, String text) {
    return at >= 0
        && at + text.length() <= bytes.length
        && new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
  }
}
