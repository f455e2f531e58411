// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hubbeam.batch.Daemons;

/** Threads that share the parts of a computation, each its own; the calling thread is one. */
final class Lanes implements AutoCloseable {

  private final int count;
  private final ExecutorService others;

  Lanes(int threads) {
    count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1), task -> Daemons.thread(task, "hubbeam-training"));
  }

  /** Does a part from an index to another. */
  interface Part {
    void run(int from, int to);
  }

  /** Does all indices below a number, and waits. */
  void run(int size, Part part) {
    int parts = Math.min(count, size);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      int from = at(size, i, parts);
      int to = at(size, i + 1, parts);
      running.add(others.submit(() -> part.run(from, to)));
    }
    part.run(0, at(size, 1, Math.max(1, parts)));
    try {
      for (Future<?> other : running) {
        other.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("the training was interrupted", e);
    }
  }

  private static int at(int size, int part, int parts) {
    return (int) ((long) size * part / parts);
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
