// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads whose stacks are deep enough for TensorFlow. When it first runs a graph, it recurses
 * along operations in a row, about 230 bytes each: a thread of Java's has room for 4,500 of them,
 * and what goes beyond ends the process. Threads may share it.
 */
final class DeepThreads {

  /** Room for five times what {@link CallCheck} lets in. Only what is used takes memory. */
  private static final long STACK_BYTES = 256L << 20;

  private static final long IDLE_SECONDS = 2;
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DeepThreads::thread);

  private DeepThreads() {}

  private static Thread thread(Runnable work) {
    String name = "hubbeam-tensorflow-" + COUNT.incrementAndGet();
    Thread thread = new Thread(null, work, name, STACK_BYTES);
    thread.setDaemon(true);
    thread.setContextClassLoader(DeepThreads.class.getClassLoader());
    return thread;
  }

  /**
   * Does something on such a thread and waits for it, also when the caller is interrupted.
   *
   * @param most how long to wait; null for any time
   * @return what it gave
   * @throws TimeoutException when it has not ended until then; it goes on
   */
  static <T> T call(Supplier<T> work, @Nullable Duration most) throws TimeoutException {
    FutureTask<T> task = new FutureTask<>(work::get);
    THREADS.execute(task);
    long end = most == null ? 0 : System.nanoTime() + most.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return most == null
              ? task.get()
              : task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
