// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.Closeable;
import java.io.IOException;
import org.hubbeam.tfrecord.ByteSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts the lines of a file up to some places, by reading it once more. Nothing is read before it
 * is asked.
 *
 * <p>Not for several threads.
 */
final class LineNumbers implements Closeable {

  /** What ends a line. */
  enum Ends {
    LINE_FEED,
    /** Or a carriage return without a line feed behind it. */
    LINE_FEED_OR_RETURN
  }

  /** How much of a file before its part may be read only for the numbers of its lines. */
  private static final long MOST_BEFORE = 128 << 20;

  /** How often the file may be read again, for a place before the last one. */
  private static final int MOST_READS = 4;

  private final FileRange range;
  private final TextOptions options;
  private final Ends ends;
  private final byte[] block = new byte[1 << 16];
  private @Nullable TextStream text;
  private int reads;
  private int at;
  private int limit;

  /** The place behind the block in the text. */
  private long read;

  private long line;

  /** Where the line begins in the file, and where the next one does. */
  private long begin;

  private long next;

  LineNumbers(FileRange range, TextOptions options, Ends ends) {
    this.range = range;
    this.options = options;
    this.ends = ends;
  }

  /** The number of the line with this byte of the (unpacked) file, from 1 on; 0: not known. */
  long line(long offset) {
    if (range.from() > MOST_BEFORE || (range.from() > 0 && range.file().contains("://"))) {
      return 0;
    }
    try {
      if ((reads == 0 || offset < begin) && !open()) {
        return 0;
      }
      while (next <= offset) {
        begin = next;
        line++;
        findNext();
      }
      return line;
    } catch (IOException | IllegalArgumentException e) {
      reads = MOST_READS;
      begin = Long.MAX_VALUE;
      return 0;
    }
  }

  private boolean open() throws IOException {
    if (reads == MOST_READS) {
      return false;
    }
    close();
    reads++;
    FileRange whole = FileRange.whole(range.file(), range.size());
    text = TextStream.open(new ByteSource(whole.open()), options);
    at = 0;
    limit = 0;
    read = 0;
    line = 0;
    begin = 0;
    next = 0;
    return true;
  }

  /** Finds where the next line begins. */
  private void findNext() throws IOException {
    boolean ended = false;
    int one = byteAtHand();
    while (one >= 0 && !ended) {
      at++;
      int second = one == '\r' && ends == Ends.LINE_FEED_OR_RETURN ? byteAtHand() : '\n';
      ended = one == '\n' || (one == '\r' && second != '\n');
      if (!ended) {
        at = one == '\r' ? at : behindPlain();
        one = byteAtHand();
      }
    }
    next = ended && text != null ? text.inFile(read - limit + at) : Long.MAX_VALUE;
  }

  /** The place of the next byte that may end a line, in this block. */
  private int behindPlain() {
    int to = at;
    while (to < limit && block[to] != '\n' && block[to] != '\r') {
      to++;
    }
    return to;
  }

  private int byteAtHand() throws IOException {
    if (at == limit && text != null) {
      at = 0;
      limit = Math.max(0, text.read(block, 0, block.length));
      read += limit;
    }
    return at < limit ? block[at] & 0xff : -1;
  }

  @Override
  public void close() throws IOException {
    if (text != null) {
      text.close();
      text = null;
    }
  }
}
