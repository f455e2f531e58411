// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;

/**
 * Finds the lines in a stream of bytes, in large blocks: no object per line. A line ends with
 * {@code \n} or {@code \r\n} or with the file, and belongs to the range where it begins. A byte
 * order mark at the beginning of the file is dropped. Memory is bounded: of a line that is longer
 * than allowed only its place and length are told.
 *
 * <p>Not for several threads.
 */
final class LineBlockReader extends BlockReader {

  private int end;
  private long tooLong;

  /**
   * Lines that begin from {@code from} on and before {@code to}.
   *
   * @param in stands at the byte before {@code from}; or at 0, where {@code from} is 0
   * @param longest the greatest length that a line may have, without its end
   */
  LineBlockReader(InputStream in, long from, long to, int longest) throws IOException {
    super(in, Math.max(0, from - 1), to, longest);
    if (from > 0) {
      next();
    } else {
      dropByteOrderMark();
    }
  }

  /**
   * Goes to the next line.
   *
   * @return false at the end of the range
   */
  boolean next() throws IOException {
    start = at;
    if (at == limit && !more()) {
      return false;
    }
    offset = base + at == mark ? 0 : base + at;
    if (offset >= to) {
      return false;
    }
    tooLong = 0;
    int searched = at;
    while (true) {
      int newline = ByteSearch.first((byte) '\n', block, searched, limit);
      if (newline < limit) {
        finish(newline, newline + 1);
        return true;
      }
      if (limit - at > longest + 1L) {
        skipLine();
        return true;
      }
      searched = limit - at;
      if (!more()) {
        finish(limit, limit);
        return true;
      }
      searched += at;
    }
  }

  private void finish(int lineEnd, int nextLine) {
    end = lineEnd > at && block[lineEnd - 1] == '\r' && nextLine > lineEnd ? lineEnd - 1 : lineEnd;
    at = nextLine;
    if (end - start > longest) {
      tooLong = (long) end - start;
      end = start;
    }
  }

  /** Passes over the rest of a line that is too long. */
  private void skipLine() throws IOException {
    long length = (long) limit - at;
    byte last = block[limit - 1];
    at = limit;
    start = limit;
    while (more()) {
      int lineEnd = ByteSearch.first((byte) '\n', block, at, limit);
      length += lineEnd - at;
      last = lineEnd > at ? block[lineEnd - 1] : last;
      at = lineEnd;
      if (lineEnd < limit) {
        at++;
        length -= last == '\r' ? 1 : 0;
        break;
      }
      start = limit;
    }
    tooLong = length;
    start = at;
    end = at;
  }

  /** Where the line begins in the block. */
  int start() {
    return start;
  }

  /** Where it ends in the block, without its end of line. */
  int end() {
    return end;
  }

  /** The length of a line that is too long to be had; 0 for one that is there. */
  long tooLong() {
    return tooLong;
  }
}
