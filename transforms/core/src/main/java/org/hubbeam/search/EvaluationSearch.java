// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Searches for rows of an index as if each were not in it: it does not come, and no search goes
 * through it, which would be much easier than for a vector from elsewhere.
 */
final class EvaluationSearch {

  private static final long SEED = 1;

  private final IndexDescription index;
  private final List<OpenShard> shards;
  private final Searcher searcher;

  EvaluationSearch(IndexDescription index, List<OpenShard> shards, Searcher searcher) {
    this.index = index;
    this.shards = List.copyOf(shards);
    this.searcher = searcher;
  }

  /** A row that is searched for. */
  record Query(int shard, int row, float[] vector) {}

  IndexDescription index() {
    return index;
  }

  List<OpenShard> shards() {
    return shards;
  }

  /** Rows that are not deleted, the same ones each time; all if there are fewer. */
  List<Query> sample(int count) {
    List<Query> sample = new ArrayList<>();
    long all = index.shards().stream().mapToLong(IndexDescription.Shard::rows).sum();
    if (count >= index.rows()) {
      for (int s = 0; s < shards.size(); s++) {
        for (int row = 0; row < shards.get(s).rows(); row++) {
          add(s, row, sample);
        }
      }
      return sample;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    Set<Long> seen = new HashSet<>();
    while (sample.size() < count) {
      long at = random.nextLong(all);
      if (seen.add(at)) {
        int shard = 0;
        while (at >= shards.get(shard).rows()) {
          at -= shards.get(shard++).rows();
        }
        add(shard, (int) at, sample);
      }
    }
    return sample;
  }

  private void add(int shard, int row, List<Query> sample) {
    if (shards.get(shard).isLive(row)) {
      sample.add(new Query(shard, row, shards.get(shard).vector(row)));
    }
  }

  /** All rows that are not deleted, for each shard; null in the place of all. */
  List<@Nullable RowBits> all() {
    List<@Nullable RowBits> all = new ArrayList<>();
    shards.forEach(shard -> all.add(shard.live()));
    return all;
  }

  /** A part of the rows that are not deleted, as a filter might choose them. */
  List<@Nullable RowBits> part(double share) {
    List<@Nullable RowBits> part = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(SEED);
    for (OpenShard shard : shards) {
      long[] words = new long[RowBits.words(shard.rows())];
      for (int row = 0; row < shard.rows(); row++) {
        if (random.nextDouble() < share && shard.isLive(row)) {
          words[row >>> 6] |= 1L << row;
        }
      }
      part.add(new RowBits(words, shard.rows()));
    }
    return part;
  }

  /** The rows nearest to a query among those accepted, without itself. */
  List<Candidate> nearest(Query query, SearchRequest request, List<@Nullable RowBits> accepted) {
    return searcher.nearestWithout(query, request, accepted);
  }

  /** The rows nearest to each of some queries among those accepted, without itself; exact. */
  List<List<Candidate>> exact(List<Query> queries, int k, List<@Nullable RowBits> accepted) {
    float[][] vectors = queries.stream().map(Query::vector).toArray(float[][]::new);
    List<List<Candidate>> found =
        searcher.nearest(vectors, k + 1, SearchRequest.of(k + 1).withExact(), accepted);
    List<List<Candidate>> others = new ArrayList<>();
    for (int q = 0; q < vectors.length; q++) {
      Query query = queries.get(q);
      OpenShard own = shards.get(query.shard());
      others.add(
          found.get(q).stream()
              .filter(c -> c.row() != query.row() || c.shard() != own)
              .limit(k)
              .toList());
    }
    return others;
  }
}
