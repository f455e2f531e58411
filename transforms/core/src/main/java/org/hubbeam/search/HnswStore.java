// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The arrays of a graph: vectors one after the other, links with their count before them. */
final class HnswStore implements HnswLinks {

  final int size;
  final int dimension;
  final HnswOptions options;
  final float[] vectors;

  /** For each row, the number of links on layer 0 and room for {@code 2 m} of them. */
  final int[] base;

  final byte[] tops;

  /**
   * Where the links on layers above 0 begin in {@link #upper}: a count and {@code m} links a layer.
   */
  final int[] upperAt;

  final int[] upper;

  /** The labels of a file of hnswlib's, if they are not the row numbers. */
  long @Nullable [] labels;

  /** The rows with a delete mark. */
  BitSet deleted = new BitSet();

  int entry;
  int top = -1;

  HnswStore(int size, int dimension, HnswOptions options, byte[] tops) {
    this.size = size;
    this.dimension = dimension;
    this.options = options;
    this.tops = tops;
    vectors = new float[Math.multiplyExact(size, dimension)];
    base = new int[Math.multiplyExact(size, 2 * options.m() + 1)];
    upperAt = new int[size];
    int at = 0;
    for (int row = 0; row < size; row++) {
      upperAt[row] = at;
      at = Math.addExact(at, tops[row] * (options.m() + 1));
    }
    upper = new int[at];
  }

  /** Where the count of links of a row is, in {@link #links}. */
  int at(int row, int layer) {
    return layer == 0
        ? row * (2 * options.m() + 1)
        : upperAt[row] + (layer - 1) * (options.m() + 1);
  }

  long label(int row) {
    return labels == null ? row : labels[row];
  }

  int[] links(int layer) {
    return layer == 0 ? base : upper;
  }

  int most(int layer) {
    return layer == 0 ? 2 * options.m() : options.m();
  }

  @Override
  public int copy(int row, int layer, int[] target) {
    int[] links = links(layer);
    int at = at(row, layer);
    int count = links[at];
    System.arraycopy(links, at + 1, target, 0, count);
    return count;
  }

  long memory() {
    return 4L * vectors.length + 4L * base.length + tops.length + 4L * size + 4L * upper.length;
  }

  @Override
  public int most() {
    return 2 * options.m();
  }

  @Override
  public int entry() {
    return entry;
  }

  @Override
  public int top() {
    return top;
  }
}
