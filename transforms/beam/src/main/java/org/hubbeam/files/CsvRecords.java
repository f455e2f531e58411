// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the records of CSV (RFC 4180) and their cells in a stream of bytes, in large blocks: no
 * object per record or cell. A record ends with {@code \n}, {@code \r\n} or {@code \r} outside of
 * quotes, or with the file. A cell that begins with a quote is quoted, and blanks may follow its
 * last quote; other quotes are text. Where text follows instead, the record ends with its line, and
 * {@link #isMisquoted} tells it. The dialect tells what delimiter and quote are. A byte order mark
 * at the beginning of the file is dropped. Memory is bounded: of a record that is longer than
 * allowed only its place and length are told.
 *
 * <p>Not for several threads.
 */
final class CsvRecords extends BlockReader {

  private enum State {
    CELL_START,
    CELL,
    QUOTED,
    /** A quote in a quoted cell: its last one, or the first of two that mean one. */
    QUOTE,
    CLOSED
  }

  /** Delimiters up to here stand before nearly all that text has, and are found faster. */
  private static final byte LOW = ',';

  /** No byte. */
  private static final int NONE = 256;

  private final byte delimiter;

  /** Above this, no byte ends a cell; only for low delimiters. */
  private final byte bound;

  private final int quotation;

  private boolean returned;

  private State state = State.CELL_START;
  private long passed;
  private boolean tooLong;
  private int cells;
  private int[] from = new int[16];
  private int[] until = new int[16];
  private boolean[] doubled = new boolean[16];
  private int quote;
  private boolean open;
  private boolean misquoted;
  private int fault;

  /**
   * Records that begin from {@code from} on and before {@code to}.
   *
   * @param in stands at {@code from}, where a record begins
   * @param dialect with its delimiter
   * @param longest the greatest length that a record may have, without its end
   */
  CsvRecords(InputStream in, CsvDialect dialect, long from, long to, int longest)
      throws IOException {
    super(in, from, to, longest);
    delimiter = (byte) dialect.delimiter().charAt(0);
    bound = (byte) (Math.max(delimiter, '\r') + 1);
    quotation = dialect.quote().isEmpty() ? NONE : dialect.quote().charAt(0);
    if (from == 0) {
      dropByteOrderMark();
    }
  }

  /**
   * Where a file may be cut: the first records from its beginning and from every so many bytes on.
   *
   * @param in stands at the beginning of the file
   * @param longest as above
   */
  static List<Long> cuts(InputStream in, CsvDialect dialect, long bytes, int longest)
      throws IOException {
    CsvRecords records = new CsvRecords(in, dialect, 0, Long.MAX_VALUE, longest);
    List<Long> cuts = new ArrayList<>(List.of(0L));
    long next = bytes;
    while (records.next()) {
      if (records.offset >= next) {
        cuts.add(records.offset);
        next = records.offset + bytes;
      }
      records.pass(next);
    }
    return cuts;
  }

  /**
   * Passes over records that begin before this place, as far as they lie in the block and have no
   * quote: their line breaks end them.
   */
  private void pass(long before) {
    int most = (int) Math.min(limit, before - base);
    if (most <= at) {
      return;
    }
    int behind = quotation == NONE ? most : ByteSearch.first((byte) quotation, block, at, most);
    while (behind > at && block[behind - 1] != '\n' && block[behind - 1] != '\r') {
      behind--;
    }
    if (behind > at) {
      at = behind;
      returned = block[at - 1] == '\r';
    }
  }

  /**
   * Goes to the next record.
   *
   * @return false at the end of the range
   */
  boolean next() throws IOException {
    start = at;
    offset = base + at;
    if (returned && (at < limit || more())) {
      at += block[at] == '\n' ? 1 : 0;
      start = at;
      offset = base + at;
    }
    returned = false;
    if (at == limit && !more()) {
      return false;
    }
    if (offset >= to) {
      return false;
    }
    offset = offset == mark ? 0 : offset;
    state = State.CELL_START;
    passed = 0;
    tooLong = false;
    open = false;
    misquoted = false;
    cells = 0;
    int end = end();
    passed += end - start;
    tooLong |= passed > longest;
    fault = tooLong ? -1 : fault(start, end);
    for (int i = 0; i < cells && !tooLong; i++) {
      if (doubled[i]) {
        until[i] = single(start + from[i], start + until[i]) - start;
      }
    }
    return true;
  }

  /** Where the record ends in the block. */
  private int end() throws IOException {
    while (!advance()) {
      tooLong |= limit - start > longest;
      if (tooLong) {
        passed += limit - start;
        start = limit;
      }
      if (!more()) {
        endWithFile();
        return limit;
      }
    }
    return at - 1;
  }

  /** Finds cells to the end of the record; false when the block ends before. */
  private boolean advance() {
    while (at < limit) {
      byte one = block[at];
      if (state == State.CELL_START) {
        begin(one);
        if (state == State.QUOTED) {
          at++;
          continue;
        }
      }
      if (state == State.QUOTED || (state == State.QUOTE && one == quotation)) {
        quoted(one);
        continue;
      }
      if (state == State.CELL) {
        at = endOfCell(at);
        if (at == limit) {
          return false;
        }
        one = block[at];
      } else if (one != delimiter && one != '\n' && one != '\r') {
        blank(one);
        continue;
      }
      endCell(at++ - start);
      state = State.CELL_START;
      if (one != delimiter) {
        returned = one == '\r';
        return true;
      }
    }
    return false;
  }

  private void begin(byte one) {
    state = one == quotation ? State.QUOTED : State.CELL;
    if (tooLong) {
      return;
    }
    if (cells == from.length) {
      from = Arrays.copyOf(from, cells * 2);
      until = Arrays.copyOf(until, cells * 2);
      doubled = Arrays.copyOf(doubled, cells * 2);
    }
    from[cells] = at - start + (one == quotation ? 1 : 0);
    doubled[cells] = false;
  }

  /** Goes behind the next quote of a quoted cell, or behind the second of two. */
  private void quoted(byte one) {
    if (state == State.QUOTE) {
      doubled[Math.min(cells, doubled.length - 1)] = true;
      state = State.QUOTED;
      at++;
      return;
    }
    at = ByteSearch.first((byte) quotation, block, at, limit);
    if (at < limit) {
      quote = at++ - start;
      state = State.QUOTE;
    }
  }

  private int endOfCell(int begin) {
    int i = begin;
    if (delimiter > LOW) {
      while (i < limit && block[i] != delimiter && block[i] != '\n' && block[i] != '\r') {
        i++;
      }
      return i;
    }
    i = ByteSearch.firstBelow(bound, block, begin, limit);
    while (i < limit && block[i] != delimiter && block[i] != '\n' && block[i] != '\r') {
      i = ByteSearch.firstBelow(bound, block, i + 1, limit);
    }
    return i;
  }

  private void blank(byte one) {
    if (one != ' ' && (one < '\t' || one > '\f') && (one < 0x1c || one > 0x1f)) {
      misquoted = true;
      state = State.CELL;
      return;
    }
    state = State.CLOSED;
    at++;
  }

  private void endCell(int end) {
    if (!tooLong) {
      until[cells++] = state == State.CELL ? end : quote;
    }
  }

  private void endWithFile() {
    open = state == State.QUOTED;
    if (state == State.CELL_START) {
      begin((byte) 0);
    }
    endCell(limit - start);
  }

  /** Two quotes become one. */
  private int single(int begin, int end) {
    int to = begin;
    for (int i = begin; i < end; i++) {
      block[to++] = block[i];
      i += block[i] == quotation ? 1 : 0;
    }
    return to;
  }

  /** How many cells the record has. */
  int cells() {
    return cells;
  }

  /** Where the record begins in the block. */
  int recordStart() {
    return start;
  }

  /** Where it ends in the block, with what is left of its end. */
  int recordEnd() {
    return at;
  }

  /** Where a cell begins in the block. */
  int start(int cell) {
    return start + from[cell];
  }

  /** Where it ends in the block. */
  int end(int cell) {
    return start + until[cell];
  }

  /** Whether the file ends in a quoted cell of this record, which may go too far. */
  boolean isOpen() {
    return open;
  }

  /** Whether text follows the last quote of a cell. */
  boolean isMisquoted() {
    return misquoted;
  }

  /** Where in the block a character is no UTF-8; -1 where all are, or the record is too long. */
  int fault() {
    return fault;
  }

  /** The length of a record that is too long to be had; 0 for one that is there. */
  long tooLong() {
    return tooLong ? passed : 0;
  }
}
