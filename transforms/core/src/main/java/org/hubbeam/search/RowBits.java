// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** A set of rows of one shard, as bits. Not changed once it is shared. */
final class RowBits implements RowSet {

  private final long[] words;
  private final int rows;
  private final int size;

  /**
   * @param words a bit for each row; those behind the last row are 0
   * @param rows of the shard
   */
  RowBits(long[] words, int rows) {
    this.words = words;
    this.rows = rows;
    int bits = 0;
    for (long word : words) {
      bits += Long.bitCount(word);
    }
    size = bits;
  }

  static int words(int rows) {
    return (rows + 63) >>> 6;
  }

  /** Takes the bits behind the last row away. */
  static long[] trimmed(long[] words, int rows) {
    if ((rows & 63) != 0) {
      words[words.length - 1] &= -1L >>> (64 - (rows & 63));
    }
    return words;
  }

  /** The rows that are in both. */
  RowBits and(RowBits other) {
    long[] both = words.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] &= other.words[i];
    }
    return new RowBits(both, rows);
  }

  /** The rows that are not in this set. */
  RowBits not() {
    long[] others = new long[words.length];
    for (int i = 0; i < others.length; i++) {
      others[i] = ~words[i];
    }
    return new RowBits(trimmed(others, rows), rows);
  }

  long[] words() {
    return words;
  }

  /** How many rows the shard has. */
  int rows() {
    return rows;
  }

  @Override
  public boolean contains(int row) {
    return (words[row >>> 6] & (1L << row)) != 0;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int next(int from, int end) {
    int word = from >>> 6;
    if (from >= end) {
      return -1;
    }
    long bits = words[word] & (-1L << from);
    while (bits == 0) {
      word++;
      if (word << 6 >= end) {
        return -1;
      }
      bits = words[word];
    }
    int row = (word << 6) + Long.numberOfTrailingZeros(bits);
    return row < end ? row : -1;
  }
}
