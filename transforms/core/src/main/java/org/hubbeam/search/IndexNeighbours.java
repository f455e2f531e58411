// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The nearest rows of each row of an index that is not deleted. */
final class IndexNeighbours {

  /** Fifteen with the row itself, as in UMAP. */
  private static final int NEIGHBOURS = 14;

  /** Up to here all rows are compared; a measurement would not choose the same each time. */
  private static final int FEW = 4096;

  private static final int BLOCK = 256;

  private final EvaluationSearch search;
  private final List<OpenShard> shards;
  private final SearchRequest request;
  private final List<@Nullable RowBits> all;

  /** The numbers of the rows of each shard, from 0 on over all shards; -1 for deleted ones. */
  private final IdentityHashMap<OpenShard, int[]> numbers = new IdentityHashMap<>();

  private final int[] firsts;
  private final int[][] neighbours;
  private final float[][] distances;

  IndexNeighbours(EvaluationSearch search) {
    this.search = search;
    shards = search.shards();
    all = search.all();
    firsts = new int[shards.size() + 1];
    int next = 0;
    for (int s = 0; s < shards.size(); s++) {
      OpenShard shard = shards.get(s);
      firsts[s + 1] = Math.addExact(firsts[s], shard.rows());
      int[] own = new int[shard.rows()];
      for (int row = 0; row < own.length; row++) {
        own[row] = shard.isLive(row) ? next++ : -1;
      }
      numbers.put(shard, own);
    }
    neighbours = new int[next][];
    distances = new float[next][];
    request =
        SearchRequest.of(NEIGHBOURS)
            .withMethod(next <= FEW ? SearchRequest.Method.EXACT : SearchRequest.Method.GRAPH);
  }

  /** The graph of all rows. */
  FuzzyGraph graph(int threads) {
    AtomicInteger block = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> workers =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(worker -> pool.submit(() -> find(block)))
              .toList();
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return FuzzyGraph.of(neighbours, distances);
  }

  private void find(AtomicInteger block) {
    int rows = firsts[shards.size()];
    for (int from = BLOCK * block.getAndIncrement();
        from < rows && !Thread.currentThread().isInterrupted();
        from = BLOCK * block.getAndIncrement()) {
      for (int at = from; at < Math.min(rows, from + BLOCK); at++) {
        find(at);
      }
    }
  }

  private void find(int at) {
    int s = 0;
    while (at >= firsts[s + 1]) {
      s++;
    }
    OpenShard shard = shards.get(s);
    int row = at - firsts[s];
    int number = number(shard, row);
    if (number < 0) {
      return;
    }
    List<Candidate> found =
        search.nearest(new EvaluationSearch.Query(s, row, shard.vector(row)), request, all);
    neighbours[number] = new int[found.size()];
    distances[number] = new float[found.size()];
    for (int i = 0; i < found.size(); i++) {
      Candidate one = found.get(i);
      neighbours[number][i] = number(one.shard(), one.row());
      distances[number][i] = distance(one.score(), found.get(0).score());
    }
  }

  private int number(OpenShard shard, int row) {
    return numbers.getOrDefault(shard, new int[0])[row];
  }

  /** A distance that grows with the row's; of dot products, from that of the nearest on. */
  private float distance(float score, float best) {
    return switch (search.index().metric()) {
      case COSINE -> Math.max(0, 1 - score);
      case DOT -> Math.max(0, best - score);
      case EUCLIDEAN -> score;
    };
  }

  /** Places of all rows, from those of the rows that are not deleted; NaN for the others. */
  static float[] withDeleted(List<OpenShard> shards, float[] xy) {
    float[] places = new float[2 * shards.stream().mapToInt(OpenShard::rows).sum()];
    Arrays.fill(places, Float.NaN);
    int first = 0;
    int next = 0;
    for (OpenShard shard : shards) {
      for (int row = 0; row < shard.rows(); row++) {
        if (shard.isLive(row)) {
          places[2 * (first + row)] = xy[next++];
          places[2 * (first + row) + 1] = xy[next++];
        }
      }
      first += shard.rows();
    }
    if (next != xy.length) {
      throw new IllegalArgumentException(next + " numbers are needed, not " + xy.length);
    }
    return places;
  }
}
