// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.hubbeam.batch.Internal;

/**
 * What all shards of an index have in common.
 *
 * @param metric what is compared
 * @param dimension the length of each vector
 * @param graph the parameters of the graphs
 * @param storage how vectors are kept
 * @param columns the columns besides ids and vectors
 */
@Internal
public record ShardOptions(
    Metric metric,
    int dimension,
    HnswOptions graph,
    VectorStorage storage,
    List<IndexColumn> columns)
    implements Serializable {

  /** Bytes a vector besides its floats: links, layers and what the build needs, at 16 links. */
  private static final long BESIDE = 160;

  public ShardOptions {
    Objects.requireNonNull(metric);
    Objects.requireNonNull(graph);
    Objects.requireNonNull(storage);
    if (dimension < 1) {
      throw new IllegalArgumentException("the dimension is " + dimension + "; it is at least 1");
    }
    columns = List.copyOf(columns);
    long names = columns.stream().map(IndexColumn::name).distinct().count();
    if (names < columns.size()) {
      throw new IllegalArgumentException("two columns have the same name: " + columns);
    }
  }

  /** The same with another graph. */
  public ShardOptions withGraph(HnswOptions other) {
    return new ShardOptions(metric, dimension, other, storage, columns);
  }

  /** Those of an index. */
  public static ShardOptions of(IndexDescription index) {
    return new ShardOptions(
        index.metric(), index.dimension(), index.graph(), index.storage(), index.columns());
  }

  /** How many bytes a worker needs to build a shard of so many rows. */
  public long memory(long rows) {
    long links = BESIDE * Math.max(graph.m(), HnswOptions.DEFAULT.m()) / HnswOptions.DEFAULT.m();
    return rows * (4L * dimension + links);
  }

  /** Into how many shards so many rows must be divided for each to fit into so many bytes. */
  public int shards(long rows, Bytes available) {
    long fitting = Math.max(1, available.count() / memory(1));
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, (rows + fitting - 1) / fitting));
  }

  /**
   * An amount of memory.
   *
   * @param count in bytes
   */
  public record Bytes(long count) {}
}
