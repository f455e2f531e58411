// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.batch;

/**
 * The few words of protobuf's wire format that {@code tf.Example} is made of.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>
 */
final class Wire {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BLOCK = 2;
  static final int FIXED32 = 5;

  private Wire() {}

  /** The bytes that this number takes; a negative one is taken as unsigned. */
  static int size(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  /** Writes a number; returns the position behind it. */
  static int put(byte[] out, int at, long value) {
    while ((value & ~0x7fL) != 0) {
      out[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    out[at++] = (byte) value;
    return at;
  }

  /** A message, or a part of one, that is being read. */
  static final class Cursor {
    private final byte[] bytes;
    private int at;
    private int end;

    Cursor(byte[] bytes, int from, int to) {
      this.bytes = bytes;
      this.at = from;
      this.end = to;
    }

    int at() {
      return at;
    }

    boolean more() {
      return at < end;
    }

    /**
     * Narrows the cursor to the block of bytes that begins here with its length.
     *
     * @return the end it had, for {@link #leave}
     */
    int enter() throws WireException {
      int length = length();
      int outer = end;
      end = at + length;
      return outer;
    }

    /** Goes on behind the block that was entered. */
    void leave(int outer) {
      at = end;
      end = outer;
    }

    /** The length of the block that begins here; the cursor is then at its first byte. */
    int length() throws WireException {
      long length = varint();
      if (length < 0 || length > end - at) {
        throw new WireException(
            "a field of " + length + " bytes where " + (end - at) + " are left");
      }
      return (int) length;
    }

    /** Steps over bytes that {@link #length} said are there. */
    void step(int length) {
      at += length;
    }

    long varint() throws WireException {
      if (at < end && bytes[at] >= 0) {
        return bytes[at++];
      }
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at >= end) {
          throw new WireException("a number is cut off");
        }
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new WireException("a number has more than 10 bytes");
    }

    int fixed32At() throws WireException {
      if (end - at < 4) {
        throw new WireException("a float is cut off");
      }
      at += 4;
      return at - 4;
    }

    void skip(int wireType) throws WireException {
      switch (wireType) {
        case VARINT -> varint();
        case BLOCK -> step(length());
        case FIXED32 -> fixed32At();
        case FIXED64 -> {
          fixed32At();
          fixed32At();
        }
        default -> throw new WireException("the wire type " + wireType);
      }
    }
  }

  /** Bytes that are not what they should be. */
  static final class WireException extends Exception {
    WireException(String message) {
      super(message);
    }
  }
}
