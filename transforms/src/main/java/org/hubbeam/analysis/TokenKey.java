package org.hubbeam.analysis;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A token of one of the vocabularies of a phase as a key: the vocabulary's number, the token. */
final class TokenKey {

  private TokenKey() {}

  static byte[] of(int vocabulary, byte[] token) {
    return ByteBuffer.allocate(4 + token.length).putInt(vocabulary).put(token).array();
  }

  static int vocabulary(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  static byte[] token(byte[] key) {
    return Arrays.copyOfRange(key, 4, key.length);
  }
}
