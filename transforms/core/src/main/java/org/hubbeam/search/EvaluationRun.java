// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.hubbeam.search.EvaluationSearch.Query;
import org.hubbeam.search.SearchRequest.Method;
import org.jspecify.annotations.Nullable;

/** Searches for a sample of an index's rows, exactly once, and then as often as is asked for. */
final class EvaluationRun {

  private static final int TEN = 10;
  private static final int BLOCK = 50;
  private static final long WARM_NANOS = 1_000_000_000;

  /** Scores of one pair of rows may differ in the last bits. */
  private static final double ROUNDING = 1e-6;

  private final EvaluationSearch search;
  private final EvaluationSettings settings;
  private final List<Query> sample;
  private final SearchRequest request;
  private final List<@Nullable RowBits> all;
  private final List<List<Candidate>> truth;

  EvaluationRun(EvaluationSearch search, EvaluationSettings settings) {
    long rows = search.index().rows();
    if (rows < 2) {
      throw new IllegalArgumentException(
          "an index with " + rows + " rows cannot be evaluated; it takes at least 2");
    }
    this.search = search;
    this.settings = settings;
    this.sample = search.sample(settings.queries());
    this.request = SearchRequest.of(Math.max(TEN, settings.k()));
    this.all = search.all();
    this.truth = exact(all);
  }

  /** Measures everything. */
  Evaluation evaluate() {
    int own = search.index().ef();
    warmUp();
    TreeSet<Integer> ladder = new TreeSet<>();
    for (int ef : settings.ladder()) {
      if (ef < search.index().rows()) {
        ladder.add(Math.max(ef, settings.k()));
      }
    }
    ladder.add(own);
    List<Evaluation.Rung> rungs = new ArrayList<>();
    for (int ef : ladder) {
      SearchRequest how = request.withEf(ef).withMethod(ef == own ? Method.AUTO : Method.GRAPH);
      rungs.add(new Evaluation.Rung(ef, recall(found(how, all), truth), speed(how, all)));
    }
    List<Evaluation.Filtered> filters = new ArrayList<>();
    for (double share : settings.shares()) {
      List<@Nullable RowBits> part = search.part(share);
      filters.add(
          new Evaluation.Filtered(
              share,
              part.stream().mapToLong(bits -> bits == null ? 0 : bits.size()).sum(),
              recall(found(request, part), exact(part)),
              speed(request, part)));
    }
    return new Evaluation(
        sample.size(),
        settings.k(),
        settings.threads(),
        own,
        search.index().files().mapToLong(IndexDescription.File::size).sum(),
        OptionalDouble.empty(),
        speed(request.withExact(), all),
        rungs,
        filters);
  }

  /** Which part of the k nearest a search in the graph finds. */
  double recall(int ef) {
    return recall(found(request.withEf(ef).withMethod(Method.GRAPH), all), truth).atK();
  }

  private void warmUp() {
    SearchRequest graph = request.withMethod(Method.GRAPH);
    long begin = System.nanoTime();
    for (int q = 0; System.nanoTime() - begin < WARM_NANOS; q = (q + 1) % sample.size()) {
      search.nearest(sample.get(q), graph, all);
    }
  }

  private List<List<Candidate>> exact(List<@Nullable RowBits> accepted) {
    int blocks = (sample.size() + BLOCK - 1) / BLOCK;
    List<List<List<Candidate>>> found = new ArrayList<>();
    IntStream.range(0, blocks).forEach(b -> found.add(List.of()));
    parallel(
        blocks,
        b ->
            found.set(
                b,
                search.exact(
                    sample.subList(b * BLOCK, Math.min(sample.size(), (b + 1) * BLOCK)),
                    request.k(),
                    accepted)));
    return found.stream().flatMap(List::stream).toList();
  }

  /** What a search finds for each row of the sample. */
  private List<List<Candidate>> found(SearchRequest how, List<@Nullable RowBits> accepted) {
    List<List<Candidate>> found = new ArrayList<>();
    sample.forEach(query -> found.add(List.of()));
    parallel(sample.size(), q -> found.set(q, search.nearest(sample.get(q), how, accepted)));
    return found;
  }

  private interface Part {
    void run(int number);
  }

  private void parallel(int parts, Part part) {
    AtomicInteger next = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(settings.threads());
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < settings.threads(); i++) {
        workers.add(
            pool.submit(
                () -> {
                  for (int p = next.getAndIncrement(); p < parts; p = next.getAndIncrement()) {
                    part.run(p);
                  }
                }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private Evaluation.Speed speed(SearchRequest how, List<@Nullable RowBits> accepted) {
    long[] nanos = new long[sample.size()];
    for (int q = 0; q < nanos.length; q++) {
      long start = System.nanoTime();
      search.nearest(sample.get(q), how, accepted);
      nanos[q] = System.nanoTime() - start;
    }
    double seconds = Arrays.stream(nanos).sum() / 1e9;
    Arrays.sort(nanos);
    long start = System.nanoTime();
    parallel(sample.size(), q -> search.nearest(sample.get(q), how, accepted));
    double together = (System.nanoTime() - start) / 1e9;
    return new Evaluation.Speed(
        nanos[nanos.length / 2] / 1e3,
        nanos[(int) (nanos.length * 99L / 100)] / 1e3,
        nanos.length / seconds,
        nanos.length / together);
  }

  private Evaluation.Recall recall(List<List<Candidate>> found, List<List<Candidate>> exact) {
    IntToDoubleFunction at =
        k ->
            IntStream.range(0, exact.size())
                .filter(q -> !exact.get(q).isEmpty())
                .mapToDouble(q -> recall(found.get(q), exact.get(q), k))
                .average()
                .orElse(1);
    return new Evaluation.Recall(
        at.applyAsDouble(1), at.applyAsDouble(TEN), at.applyAsDouble(settings.k()));
  }

  /** Of several rows as near as the last exact one, any may come. */
  private double recall(List<Candidate> found, List<Candidate> exact, int k) {
    int wanted = Math.min(k, exact.size());
    double last = exact.get(wanted - 1).score();
    long hits = found.stream().limit(wanted).filter(row -> isAsNear(row.score(), last)).count();
    return (double) hits / wanted;
  }

  private boolean isAsNear(double score, double last) {
    double slack = ROUNDING * Math.max(1, Math.abs(last));
    return search.index().metric() == Metric.EUCLIDEAN
        ? score <= last + slack
        : score >= last - slack;
  }
}
