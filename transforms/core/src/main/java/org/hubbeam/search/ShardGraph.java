// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import org.jspecify.annotations.Nullable;

/**
 * The graph of a shard, of floats or of codes. Searches are safe from many threads, without locks.
 */
sealed interface ShardGraph extends VectorRows, AutoCloseable permits HnswGraph, Int8Graph {

  /** No row, where one may be left out. */
  int NONE = -1;

  /** The order of the graph. */
  Metric metric();

  /**
   * The {@code k} nearest rows, or nearly so: the larger {@code ef}, the surer. An {@code ef} below
   * {@code k} counts as {@code k}.
   */
  default Nearest search(float[] query, int k, int ef) {
    return searchWithout(query, k, ef, null, NONE);
  }

  /**
   * The {@code k} nearest of the accepted rows, or nearly so; {@code k} whenever that many are
   * accepted.
   */
  default Nearest search(float[] query, int k, int ef, RowSet accepted) {
    return searchWithout(query, k, ef, accepted, NONE);
  }

  /**
   * The same as if a row were infinitely far: no search goes through it, and it comes only if there
   * are no others.
   *
   * @param accepted null for all
   * @param without {@link #NONE} for all
   */
  Nearest searchWithout(float[] query, int k, int ef, @Nullable RowSet accepted, int without);

  /** The bytes of memory that it holds. */
  long memory();

  @Override
  void close();
}
