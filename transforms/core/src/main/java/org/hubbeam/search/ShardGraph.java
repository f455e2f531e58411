// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import org.jspecify.annotations.Nullable;

/**
 * The graph of a shard, of floats or of codes. Searches are safe from many threads, without locks.
 */
sealed interface ShardGraph extends VectorRows, AutoCloseable permits HnswGraph, Int8Graph {

  /** The order of the graph. */
  Metric metric();

  /** The {@code k} nearest rows, or nearly so; see {@link HnswGraph#search(float[], int, int)}. */
  Nearest search(float[] query, int k, int ef);

  /** The {@code k} nearest of the accepted rows, or nearly so. */
  Nearest search(float[] query, int k, int ef, RowSet accepted);

  /**
   * The same as if a row were infinitely far: no search goes through it, and it comes only if there
   * are no others.
   *
   * @param accepted null for all
   */
  Nearest searchWithout(float[] query, int k, int ef, @Nullable RowSet accepted, int without);

  /** The bytes of memory that it holds. */
  long memory();

  @Override
  void close();
}
