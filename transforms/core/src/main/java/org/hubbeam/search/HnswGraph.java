// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A graph of the vectors of one shard that finds the nearest to a query without looking at all: a
 * hierarchical navigable small world (Malkov and Yashunin, 2016). Searches are safe from many
 * threads, without locks.
 */
@Internal
public final class HnswGraph implements ShardGraph {

  /** The length of the longest arrays. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  /** How many rows near to the query a search among accepted rows begins from. */
  private static final int SEEDS = 8;

  /**
   * How many accepted rows two links must lead to, as if all were taken, or too few lead to each
   * other, and the accepted rows are compared one by one.
   */
  private static final double FEW = 50;

  private final Metric metric;
  private final HnswStore store;

  /** The rows without a delete mark, if there are others. */
  private final @Nullable RowSet unmarked;

  private final ConcurrentLinkedQueue<HnswWalk> walks = new ConcurrentLinkedQueue<>();

  private HnswGraph(Metric metric, HnswStore store) {
    this.metric = metric;
    this.store = store;
    if (store.deleted.isEmpty()) {
      unmarked = null;
    } else {
      BitSet others = (BitSet) store.deleted.clone();
      others.flip(0, store.size);
      unmarked = RowSet.of(others);
    }
  }

  /**
   * Builds the graph of {@code rows}. Under {@link Metric#COSINE} it keeps them divided by their
   * lengths.
   */
  public static HnswGraph build(VectorRows rows, Metric metric, HnswOptions options, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + "; it must be at least 1");
    }
    long most = MOST / Math.max(rows.dimension(), 2 * options.m() + 1);
    if (rows.size() > most) {
      throw new IllegalArgumentException(
          rows.size()
              + " vectors of "
              + rows.dimension()
              + " values are too many for one shard, which can have "
              + most
              + "; use more shards");
    }
    HnswStore store =
        new HnswStore(
            rows.size(), rows.dimension(), options, HnswBuilder.tops(rows.size(), options.m()));
    for (int row = 0; row < store.size; row++) {
      rows.copy(row, store.vectors, row * store.dimension);
      if (metric == Metric.COSINE) {
        Normalization.normalize(store.vectors, row * store.dimension, store.dimension);
      }
    }
    new HnswBuilder(store, metric).build(threads);
    return new HnswGraph(metric, store);
  }

  /**
   * Opens a file that {@link #write} or hnswlib wrote. Damaged files are an {@link IOException}.
   */
  public static HnswGraph open(Path file, Metric metric, int dimension) throws IOException {
    return new HnswGraph(metric, HnswFile.read(file, dimension));
  }

  /** Writes hnswlib's format. The same graph is the same bytes. */
  public void write(Path file) throws IOException {
    HnswFile.write(store, file);
  }

  @Override
  public int size() {
    return store.size;
  }

  @Override
  public int dimension() {
    return store.dimension;
  }

  @Override
  public Metric metric() {
    return metric;
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(store.vectors, row * store.dimension, target, at, store.dimension);
  }

  /** The label of a row in hnswlib's file: the row number, unless hnswlib wrote it with others. */
  public long label(int row) {
    return store.label(row);
  }

  @Override
  public Nearest searchWithout(
      float[] query, int k, int ef, @Nullable RowSet accepted, int without) {
    if (store.size == 0 || k <= 0 || accepted != null && accepted.size() == 0) {
      return Nearest.NONE;
    }
    RowSet live = live(accepted);
    if (live != null && isFew(live)) {
      return ExactScan.of(this, metric).nearest(query, k, live);
    }
    HnswWalk taken = walks.poll();
    HnswWalk walk = taken == null ? new HnswWalk(store.size, store.most()) : taken;
    float[] values = metric == Metric.COSINE ? Normalization.normalized(query) : query;
    HnswWalk.Distances all = new FloatDistances(store, metric, values);
    HnswWalk.Distances distances = without == NONE ? all : new DistancesWithout(all, without);
    int width = Math.min(store.size, Math.max(k, ef));
    Nearest found;
    if (live == null) {
      walk.begin(width);
      walk.enter(walk.descend(store, store.entry, store.top, 0, distances), distances);
      walk.search(store, 0, width, distances);
      found = walk.nearest(k, metric);
    } else {
      walk.begin(width + SEEDS);
      walk.enter(walk.descend(store, store.entry, store.top, 0, distances), distances);
      walk.search(store, 0, SEEDS, distances);
      walk.nextLayer();
      walk.searchAccepted(store, width + SEEDS, distances, live);
      walk.keep(live);
      found = walk.nearest(k, metric);
      if (found.size() < Math.min(k, live.size())) {
        found = ExactScan.of(this, metric).nearest(query, k, live);
      }
    }
    walks.add(walk);
    return found;
  }

  private boolean isFew(RowSet live) {
    return (double) live.size() / store.size * store.most() * store.most() < FEW;
  }

  /** The rows of those accepted that have no delete mark; null for all. */
  @Nullable RowSet live(@Nullable RowSet accepted) {
    if (unmarked == null || accepted == null) {
      return accepted == null ? unmarked : accepted;
    }
    BitSet live = new BitSet(store.size);
    for (int row = 0; row < store.size; row++) {
      live.set(row, accepted.contains(row) && !store.deleted.get(row));
    }
    return RowSet.of(live);
  }

  HnswStore store() {
    return store;
  }

  @Override
  public long memory() {
    return store.memory();
  }

  /** The values of all rows, one row after the other. */
  float[] vectors() {
    return store.vectors;
  }

  /** Gives the memory back. Not while a search runs. */
  @Override
  public void close() {
    walks.clear();
  }
}
