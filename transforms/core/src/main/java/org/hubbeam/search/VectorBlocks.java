// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.List;

/** Vectors that come one after another, kept in blocks. */
final class VectorBlocks implements VectorRows {

  private static final int BLOCK_FLOATS = 1 << 18;

  private final int dimension;
  private final int rowsInBlock;
  private final List<float[]> blocks = new ArrayList<>();
  private int size;

  VectorBlocks(int dimension) {
    this.dimension = dimension;
    rowsInBlock = Math.max(1, BLOCK_FLOATS / dimension);
  }

  void add(float[] vector) {
    if (size == blocks.size() * rowsInBlock) {
      blocks.add(new float[rowsInBlock * dimension]);
    }
    float[] block = blocks.get(size / rowsInBlock);
    System.arraycopy(vector, 0, block, size % rowsInBlock * dimension, dimension);
    size++;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void copy(int row, float[] target, int at) {
    float[] block = blocks.get(row / rowsInBlock);
    System.arraycopy(block, row % rowsInBlock * dimension, target, at, dimension);
  }
}
