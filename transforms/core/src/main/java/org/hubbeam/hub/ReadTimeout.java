// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Ends a read that takes too long, by closing the stream under it. */
final class ReadTimeout implements AutoCloseable {
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "hub-timed");
            thread.setDaemon(true);
            return thread;
          });

  private final InputStream stream;
  private final Duration allowed;
  private final ScheduledFuture<?> watch;
  private volatile long lastByte = System.nanoTime();
  private volatile boolean ended;

  ReadTimeout(InputStream stream, Duration allowed) {
    this.stream = stream;
    this.allowed = allowed;
    long period = Math.max(1, allowed.toMillis() / 4);
    watch = WATCH.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  int read(byte[] buffer) throws IOException {
    try {
      int n = stream.read(buffer);
      lastByte = System.nanoTime();
      if (!ended) {
        return n;
      }
    } catch (IOException e) {
      if (!ended) {
        throw e;
      }
    }
    throw new IOException("the server was silent for " + allowed);
  }

  private void look() {
    if (System.nanoTime() - lastByte > allowed.toNanos()) {
      ended = true;
      try {
        stream.close();
      } catch (IOException e) {
        // The reader is told that it is over, whatever the stream says.
        watch.cancel(false);
      }
    }
  }

  @Override
  public void close() {
    watch.cancel(false);
  }
}
