// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is read by position, in little-endian order, mapped in pieces. Numbers are aligned to
 * their sizes. What is outside is an {@link IndexException}. Thread-safe.
 */
final class MappedFile {

  private static final int PIECE_BITS = 30;
  private static final long PIECE = 1L << PIECE_BITS;

  private final Path path;
  private final long size;
  private final ByteBuffer[] pieces;

  private MappedFile(Path path, long size, ByteBuffer[] pieces) {
    this.path = path;
    this.size = size;
    this.pieces = pieces;
  }

  static MappedFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer[] pieces = new ByteBuffer[(int) ((size + PIECE - 1) / PIECE)];
      for (int i = 0; i < pieces.length; i++) {
        long from = i * PIECE;
        pieces[i] =
            channel
                .map(MapMode.READ_ONLY, from, Math.min(PIECE, size - from))
                .order(ByteOrder.LITTLE_ENDIAN);
      }
      return new MappedFile(path, size, pieces);
    }
  }

  long size() {
    return size;
  }

  int getInt(long at) {
    check(at, Integer.BYTES);
    return pieces[(int) (at >> PIECE_BITS)].getInt((int) (at & (PIECE - 1)));
  }

  long getLong(long at) {
    check(at, Long.BYTES);
    return pieces[(int) (at >> PIECE_BITS)].getLong((int) (at & (PIECE - 1)));
  }

  /** Copies bytes, which may lie in two pieces. */
  byte[] bytes(long at, long length) {
    check(at, length);
    if (length > Integer.MAX_VALUE - 8) {
      throw damaged("a value of " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    for (int done = 0; done < bytes.length; ) {
      long from = at + done;
      int inPiece = (int) (from & (PIECE - 1));
      int part = (int) Math.min(bytes.length - done, PIECE - inPiece);
      pieces[(int) (from >> PIECE_BITS)].get(inPiece, bytes, done, part);
      done += part;
    }
    return bytes;
  }

  /** Copies longs. */
  void longs(long at, long[] target, int count) {
    check(at, (long) Long.BYTES * count);
    for (int done = 0; done < count; ) {
      long from = at + (long) Long.BYTES * done;
      int inPiece = (int) (from & (PIECE - 1));
      int part = (int) Math.min(count - done, (PIECE - inPiece) / Long.BYTES);
      ByteBuffer piece = pieces[(int) (from >> PIECE_BITS)].duplicate();
      piece.order(ByteOrder.LITTLE_ENDIAN).position(inPiece);
      piece.asLongBuffer().get(target, done, part);
      done += part;
    }
  }

  /** Copies ints. */
  void ints(long at, int[] target, int count) {
    check(at, (long) Integer.BYTES * count);
    for (int done = 0; done < count; ) {
      long from = at + (long) Integer.BYTES * done;
      int inPiece = (int) (from & (PIECE - 1));
      int part = (int) Math.min(count - done, (PIECE - inPiece) / Integer.BYTES);
      ByteBuffer piece = pieces[(int) (from >> PIECE_BITS)].duplicate();
      piece.order(ByteOrder.LITTLE_ENDIAN).position(inPiece);
      piece.asIntBuffer().get(target, done, part);
      done += part;
    }
  }

  /** Copies floats. */
  void floats(long at, float[] target, int to, int count) {
    check(at, (long) Float.BYTES * count);
    for (int done = 0; done < count; ) {
      long from = at + (long) Float.BYTES * done;
      int inPiece = (int) (from & (PIECE - 1));
      int part = (int) Math.min(count - done, (PIECE - inPiece) / Float.BYTES);
      ByteBuffer piece = pieces[(int) (from >> PIECE_BITS)].duplicate();
      piece.order(ByteOrder.LITTLE_ENDIAN).position(inPiece);
      piece.asFloatBuffer().get(target, to + done, part);
      done += part;
    }
  }

  private void check(long at, long length) {
    if (at < 0 || length < 0 || at > size - length) {
      throw damaged("it refers to a place outside of it");
    }
  }

  /** That the file is damaged. */
  IndexException damaged(String why) {
    return new IndexException(path + " is damaged: " + why);
  }

  /** Checks what the file begins with: eight letters and the version of its format. */
  void checkHeader(String magic, int version) {
    if (size < 16 || !new String(bytes(0, 8), StandardCharsets.ISO_8859_1).equals(magic)) {
      throw damaged("it does not begin as it should");
    }
    if (getInt(8) != version) {
      throw new IndexException(
          path
              + " has format "
              + getInt(8)
              + "; this version of hubbeam reads "
              + version
              + ": use a newer one, or build the index again");
    }
  }
}
