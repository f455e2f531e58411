// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Searches all shards and merges what they find. Thread-safe. */
final class Searcher {

  /**
   * How many times, after about so many searches each, the crossover is measured again: when the
   * index is opened, the code that is measured may not have been compiled.
   */
  private static final int MEASURED = 4;

  private static final int SEARCHES = 256;

  /** The exponent of a shard's part of the rows that gives its part of ef. */
  private static final double SHARE = 0.86;

  /** How many filters' rows are kept. */
  private static final int FILTERS = 32;

  private final IndexDescription index;
  private final List<OpenShard> shards;
  private final @Nullable OpenShard largest;
  private final AtomicInteger measured = new AtomicInteger();
  private volatile Crossover crossover;
  private final ConcurrentMap<Filter, List<RowBits>> filtered = new ConcurrentHashMap<>();

  Searcher(IndexDescription index, List<OpenShard> shards) {
    this.index = index;
    this.shards = List.copyOf(shards);
    largest = shards.stream().max(Comparator.comparingInt(OpenShard::rows)).orElse(null);
    crossover = largest == null ? Crossover.NONE : largest.measure();
  }

  /** The rows that may come, for each shard; null in the place of all. */
  List<@Nullable RowBits> accepted(Optional<Filter> filter) {
    List<@Nullable RowBits> accepted = new ArrayList<>();
    if (filter.isPresent()) {
      filter.get().checkFits(index.columns());
      accepted.addAll(matching(filter.get()));
    } else {
      shards.forEach(shard -> accepted.add(shard.live()));
    }
    return accepted;
  }

  private List<RowBits> matching(Filter filter) {
    List<RowBits> known = filtered.get(filter);
    if (known == null) {
      known = shards.stream().map(shard -> shard.matching(filter)).toList();
      if (filtered.size() >= FILTERS) {
        filtered.clear();
      }
      filtered.put(filter, known);
    }
    return known;
  }

  /**
   * The nearest rows to each query, the nearest first.
   *
   * @param queries prepared
   * @param count how many are wanted
   */
  List<List<Candidate>> nearest(
      float[][] queries, int count, SearchRequest request, List<@Nullable RowBits> accepted) {
    measureAgain();
    List<List<Candidate>> found = new ArrayList<>();
    for (int i = 0; i < queries.length; i++) {
      found.add(new ArrayList<>());
    }
    for (int s = 0; s < shards.size(); s++) {
      OpenShard shard = shards.get(s);
      OpenShard.Effort effort = effort(shard, count, request);
      List<Nearest> nearest =
          queries.length == 1
              ? List.of(shard.nearest(queries[0], effort, accepted.get(s)))
              : shard.nearest(queries, effort, accepted.get(s));
      for (int q = 0; q < queries.length; q++) {
        Nearest rows = nearest.get(q);
        for (int i = 0; i < rows.size(); i++) {
          found.get(q).add(new Candidate(shard, rows.rows()[i], rows.scores()[i]));
        }
      }
    }
    if (shards.size() > 1) {
      found.replaceAll(candidates -> merged(candidates, count));
    }
    return found;
  }

  /** The nearest rows to one of the index as if it were not there, the nearest first. */
  List<Candidate> nearestWithout(
      EvaluationSearch.Query query, SearchRequest request, List<@Nullable RowBits> accepted) {
    List<Candidate> found = new ArrayList<>();
    for (int s = 0; s < shards.size(); s++) {
      OpenShard shard = shards.get(s);
      OpenShard.Effort effort = effort(shard, request.k(), request);
      Nearest rows =
          s == query.shard()
              ? shard.nearestWithout(query.row(), query.vector(), effort, accepted.get(s))
              : shard.nearest(query.vector(), effort, accepted.get(s));
      for (int i = 0; i < rows.size(); i++) {
        found.add(new Candidate(shard, rows.rows()[i], rows.scores()[i]));
      }
    }
    return shards.size() > 1 ? merged(found, request.k()) : found;
  }

  private void measureAgain() {
    if (largest != null
        && measured.get() < MEASURED
        && ThreadLocalRandom.current().nextInt(SEARCHES) == 0
        && measured.incrementAndGet() <= MEASURED) {
      crossover = largest.measure();
    }
  }

  private List<Candidate> merged(List<Candidate> candidates, int count) {
    Candidate[] sorted = candidates.toArray(new Candidate[0]);
    Arrays.sort(sorted, Candidate.order(index.metric()));
    return Arrays.asList(sorted).subList(0, Math.min(count, sorted.length));
  }

  /**
   * A part of the rows has its part of the nearest, so it needs less in view. With this share all
   * parts together keep somewhat more in view than one shard of all, and find as many.
   */
  private OpenShard.Effort effort(OpenShard shard, int count, SearchRequest request) {
    long all = index.shards().stream().mapToLong(IndexDescription.Shard::rows).sum();
    int asked = Math.max(request.ef().orElse(index.ef()), count);
    int ef = (int) Math.ceil(asked * Math.pow((double) shard.rows() / all, SHARE));
    int k = Math.min(count, shard.rows());
    return new OpenShard.Effort(k, Math.max(ef, k), request.method(), crossover);
  }
}
