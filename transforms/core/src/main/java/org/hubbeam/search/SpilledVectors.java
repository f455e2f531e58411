// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

/** Vectors in a temporary file, so that only the graph that is built of them has them in memory. */
final class SpilledVectors implements VectorRows {

  private final MappedFile file;
  private final int size;
  private final int dimension;

  SpilledVectors(MappedFile file, int size, int dimension) {
    this.file = file;
    this.size = size;
    this.dimension = dimension;
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
    file.floats((long) Float.BYTES * dimension * row, target, at, dimension);
  }
}
