package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Finds the lines in a stream of bytes, in large blocks: no object per line. A line ends with
 * {@code \n} or {@code \r\n} or with the file, and belongs to the range where it begins. A byte
 * order mark at the beginning of the file is dropped. Memory is bounded: of a line that is longer
 * than allowed only its place and length are told.
 *
 * <p>Not for several threads.
 */
final class LineBlockReader {

  private static final int BLOCK = 1 << 18;

  private final InputStream in;
  private final long to;
  private final int longest;
  private byte[] block;
  private long base;
  private int at;
  private int limit;
  private boolean ended;
  private int start;
  private int end;
  private long offset;
  private long tooLong;
  private int mark = -1;

  /**
   * Lines that begin from {@code from} on and before {@code to}.
   *
   * @param in stands at the byte before {@code from}; or at 0, where {@code from} is 0
   * @param longest the greatest length that a line may have, without its end
   */
  LineBlockReader(InputStream in, long from, long to, int longest) throws IOException {
    this.in = in;
    this.to = to;
    this.longest = longest;
    this.block = new byte[(int) Math.min(BLOCK, Math.max(4096, longest + 16L))];
    if (from > 0) {
      base = from - 1;
      next();
    } else {
      dropByteOrderMark();
    }
  }

  private void dropByteOrderMark() throws IOException {
    boolean more = true;
    while (limit < 3 && more) {
      more = refill();
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
   * Goes to the next line.
   *
   * @return false at the end of the range
   */
  boolean next() throws IOException {
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
    start = at;
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
    }
    tooLong = length;
    start = at;
    end = at;
  }

  /** Reads on; what has not been taken moves to the front of the block. */
  private boolean more() throws IOException {
    if (at > 0) {
      System.arraycopy(block, at, block, 0, limit - at);
      base += at;
      limit -= at;
      at = 0;
    }
    return refill();
  }

  private boolean refill() throws IOException {
    if (ended) {
      return false;
    }
    if (limit == block.length) {
      long most = Math.min(longest + 16L, Integer.MAX_VALUE - 64);
      block = Arrays.copyOf(block, (int) Math.min(2L * limit, most));
    }
    int read = in.read(block, limit, block.length - limit);
    ended = read < 0;
    limit += Math.max(read, 0);
    return !ended;
  }

  /** The block in which the line lies; not to be changed, and only good until the next one. */
  byte[] buffer() {
    return block;
  }

  /** Where the line begins in the block. */
  int start() {
    return start;
  }

  /** Where it ends in the block, without its end of line. */
  int end() {
    return end;
  }

  /** Where the line begins in the file; in a packed file, unpacked. */
  long offset() {
    return offset;
  }

  /** The length of a line that is too long to be had; 0 for one that is there. */
  long tooLong() {
    return tooLong;
  }
}
