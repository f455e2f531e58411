// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.hubbeam.batch.Daemons;

/** Threads that share the parts of a task; the calling thread is one of them. */
final class HnswWorkers implements AutoCloseable {

  /** One part of a task. */
  interface Part {

    /** Does part {@code number}. */
    void run(HnswPlacing placing, int number);
  }

  private static final int TAKEN = 4;

  private final List<HnswPlacing> placings = new ArrayList<>();
  private final ExecutorService threads;

  HnswWorkers(int count, Supplier<HnswPlacing> placing) {
    for (int i = 0; i < count; i++) {
      placings.add(placing.get());
    }
    threads = Executors.newCachedThreadPool(task -> Daemons.thread(task, "hnsw-build"));
  }

  /** Runs all parts and waits for them. */
  void run(int parts, Part part) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    for (HnswPlacing placing : placings.subList(1, placings.size())) {
      others.add(threads.submit(() -> work(placing, next, parts, part)));
    }
    work(placings.get(0), next, parts, part);
    for (Future<?> other : others) {
      await(other);
    }
  }

  private static void work(HnswPlacing placing, AtomicInteger next, int parts, Part part) {
    for (int from = next.getAndAdd(TAKEN); from < parts; from = next.getAndAdd(TAKEN)) {
      for (int i = from; i < Math.min(parts, from + TAKEN); i++) {
        part.run(placing, i);
      }
    }
  }

  private static void await(Future<?> other) {
    try {
      other.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a graph was built", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A graph could not be built", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
