// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A graph of the vectors of one shard that finds the nearest to a query without looking at all: a
 * hierarchical navigable small world (Malkov and Yashunin, 2016). Searches are safe from many
 * threads, without locks.
 */
@Internal
public final class HnswGraph implements VectorRows, AutoCloseable {

  /** The length of the longest arrays. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final Metric metric;
  private final HnswStore store;
  private final ConcurrentLinkedQueue<HnswWalk> walks = new ConcurrentLinkedQueue<>();

  private HnswGraph(Metric metric, HnswStore store) {
    this.metric = metric;
    this.store = store;
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

  /** The order of the graph. */
  public Metric metric() {
    return metric;
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(store.vectors, row * store.dimension, target, at, store.dimension);
  }

  /**
   * The {@code k} nearest rows, or nearly so: the larger {@code ef}, the surer. An {@code ef} below
   * {@code k} counts as {@code k}.
   */
  public Nearest search(float[] query, int k, int ef) {
    return find(query, k, ef, null);
  }

  /**
   * The {@code k} nearest of the accepted rows, or nearly so; {@code k} whenever that many are
   * accepted.
   */
  public Nearest search(float[] query, int k, int ef, RowSet accepted) {
    return find(query, k, ef, accepted);
  }

  private Nearest find(float[] query, int k, int ef, @Nullable RowSet accepted) {
    if (accepted != null) {
      return ExactScan.of(this, metric).nearest(query, k, accepted);
    }
    if (store.size == 0) {
      return Nearest.NONE;
    }
    HnswWalk taken = walks.poll();
    HnswWalk walk = taken == null ? new HnswWalk(store.size, store.most()) : taken;
    float[] values = metric == Metric.COSINE ? Normalization.normalized(query) : query;
    Kernel kernel = Kernel.BEST;
    HnswWalk.Distances distances =
        (rows, count, target) -> {
          if (metric == Metric.EUCLIDEAN) {
            kernel.squares(values, 0, store.vectors, store.dimension, rows, count, target);
          } else {
            kernel.dots(values, 0, store.vectors, store.dimension, rows, count, target);
            for (int i = 0; i < count; i++) {
              target[i] = -target[i];
            }
          }
        };
    int width = Math.min(store.size, Math.max(k, ef));
    walk.begin(width);
    walk.enter(walk.descend(store, store.entry, store.top, 0, distances), distances);
    walk.search(store, 0, width, distances);
    int found = Math.min(k, walk.count);
    int[] rows = new int[found];
    float[] scores = new float[found];
    for (int i = 0; i < found; i++) {
      rows[i] = HnswWalk.row(walk.pool[i]);
      scores[i] = metric.score(HnswWalk.distance(walk.pool[i]));
    }
    walks.add(walk);
    return new Nearest(rows, scores);
  }

  /** Gives the memory back. Not while a search runs. */
  @Override
  public void close() {
    walks.clear();
  }
}
