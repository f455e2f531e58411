// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.hubbeam.batch.Utf8;

/**
 * Reads a stream of bytes in large blocks, in which a subclass finds records. The block grows up to
 * the length that a record may have. A record may be longer than that only when the subclass moves
 * {@link #start} past the bytes that it does not keep.
 *
 * <p>Not for several threads.
 */
abstract class BlockReader {

  private static final int BLOCK = 1 << 18;

  /** Records that begin here or later are not read. */
  final long to;

  /** The greatest length of a record in bytes. */
  final int longest;

  private final InputStream in;
  private boolean ended;

  /** Whether the block has ASCII alone. */
  private boolean ascii = true;

  byte[] block;

  /** The offset of the block in the file. */
  long base;

  /** Where the bytes to keep begin in the block. */
  int start;

  /** Where the bytes not yet searched begin in the block. */
  int at;

  /** Where the bytes that have been read end in the block. */
  int limit;

  /** The offset of the current record in the file. */
  long offset;

  /** The length of the byte order mark that was dropped; -1 if there was none. */
  int mark = -1;

  BlockReader(InputStream in, long base, long to, int longest) {
    this.in = in;
    this.base = base;
    this.to = to;
    this.longest = longest;
    this.block = new byte[(int) Math.min(BLOCK, longest + 16L)];
  }

  /** Skips a byte order mark at the beginning of the file. */
  final void dropByteOrderMark() throws IOException {
    boolean more = true;
    while (limit < 3 && more) {
      more = more();
    }
    if (limit >= 3
        && block[0] == (byte) 0xef
        && block[1] == (byte) 0xbb
        && block[2] == (byte) 0xbf) {
      at = 3;
      mark = 3;
    }
  }

  /**
   * Reads on. The bytes from {@link #start} on move to the front of the block, and the positions
   * with them.
   *
   * @return false at the end of the stream
   */
  final boolean more() throws IOException {
    if (ended) {
      return false;
    }
    System.arraycopy(block, start, block, 0, limit - start);
    base += start;
    at -= start;
    limit -= start;
    start = 0;
    if (limit == block.length) {
      long most = Math.min(longest + 16L, Integer.MAX_VALUE - 64);
      block = Arrays.copyOf(block, (int) Math.min(2L * limit, most));
    }
    int read = in.read(block, limit, block.length - limit);
    ended = read < 0;
    int checked = ascii ? limit : 0;
    limit += Math.max(read, 0);
    ascii = Utf8.isAscii(block, checked, limit);
    return !ended;
  }

  /** The block in which the record lies; not to be changed, and only good until the next record. */
  final byte[] buffer() {
    return block;
  }

  /** Where the first character between two places of the block is no UTF-8; -1 if all are. */
  final int fault(int from, int to) {
    return ascii ? -1 : Utf8.fault(block, from, to);
  }

  /** The place in the file of a place in the block. */
  final long offsetOf(int place) {
    return base + place;
  }

  /** Where the record begins in the file; in a compressed file, in the decompressed data. */
  final long offset() {
    return offset;
  }
}
