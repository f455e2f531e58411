// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.Arrays;

/** Lists of rows of a table, one list for each text, in blocks of memory. Only ever grows. */
final class IdLists {

  private static final int BLOCK = 1 << 20;

  private int[][] blocks = new int[4][];
  private long[] ends = new long[1024];
  private int lists;
  private int filled;
  private int last = -1;

  /** How many lists there are. */
  int size() {
    return lists;
  }

  /** Adds a list. */
  void add(int[] ids) {
    if (last < 0 || blocks[last].length - filled < ids.length) {
      last++;
      if (last == blocks.length) {
        blocks = Arrays.copyOf(blocks, blocks.length * 2);
      }
      blocks[last] = new int[Math.max(BLOCK, ids.length)];
      filled = 0;
    }
    System.arraycopy(ids, 0, blocks[last], filled, ids.length);
    filled += ids.length;
    if (lists == ends.length) {
      ends = Arrays.copyOf(ends, lists * 2);
    }
    ends[lists++] = (long) last << 32 | filled;
  }

  /** The block of a list. */
  int[] block(int list) {
    return blocks[(int) (ends[list] >>> 32)];
  }

  /** Where a list ends in its block. */
  int end(int list) {
    return (int) ends[list];
  }

  /** Where a list begins in its block. */
  int start(int list) {
    return list > 0 && ends[list - 1] >>> 32 == ends[list] >>> 32 ? (int) ends[list - 1] : 0;
  }

  /** How many ids a list has. */
  int length(int list) {
    return end(list) - start(list);
  }
}
