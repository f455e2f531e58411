// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.reducer;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes the key of a token, for a vocabulary that is to contain tokens of every key. Must be
 * serialisable and deterministic.
 */
@FunctionalInterface
public interface KeyFunction extends Serializable {

  /** The key of a token. Neither array may be changed. */
  byte[] key(byte[] token);

  /** The first bytes of a token. */
  static KeyFunction prefix(int bytes) {
    return new Prefix(bytes);
  }

  /** The length of a token in bytes, as decimal text. */
  static KeyFunction length() {
    return new Length();
  }

  /**
   * The piece at this index after splitting at the separator; -1 is the last piece. A token with
   * fewer pieces has the empty key.
   */
  static KeyFunction splitTake(String separator, int index) {
    return new SplitTake(separator, index);
  }

  /** {@link #prefix}. */
  record Prefix(int bytes) implements KeyFunction {
    public Prefix {
      if (bytes < 0) {
        throw new IllegalArgumentException("a prefix has 0 bytes or more, not " + bytes);
      }
    }

    @Override
    public byte[] key(byte[] token) {
      return Arrays.copyOf(token, Math.min(bytes, token.length));
    }
  }

  /** {@link #length}. */
  record Length() implements KeyFunction {
    @Override
    public byte[] key(byte[] token) {
      return Integer.toString(token.length).getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** {@link #splitTake}. */
  record SplitTake(String separator, int index) implements KeyFunction {
    public SplitTake {
      if (separator.isEmpty()) {
        throw new IllegalArgumentException("a separator cannot be empty");
      }
    }

    @Override
    public byte[] key(byte[] token) {
      byte[] mark = separator.getBytes(StandardCharsets.UTF_8);
      List<Integer> starts = new ArrayList<>(List.of(0));
      for (int at = 0; at + mark.length <= token.length; at++) {
        if (Arrays.equals(token, at, at + mark.length, mark, 0, mark.length)) {
          starts.add(at + mark.length);
          at += mark.length - 1;
        }
      }
      starts.add(token.length + mark.length);
      int piece = index < 0 ? starts.size() - 1 + index : index;
      return piece < 0 || piece + 1 >= starts.size()
          ? new byte[0]
          : Arrays.copyOfRange(token, starts.get(piece), starts.get(piece + 1) - mark.length);
    }
  }
}
