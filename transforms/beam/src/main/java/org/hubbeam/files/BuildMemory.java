// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import java.util.Locale;

/**
 * The memory and the cores of a JVM, shared among the shards of indexes that are built in it: one
 * that has no room yet waits until another is done.
 */
final class BuildMemory {

  /** Three quarters of the heap: the rest is for rows on their way. */
  static final BuildMemory JVM =
      new BuildMemory(
          Runtime.getRuntime().maxMemory() / 4 * 3, Runtime.getRuntime().availableProcessors());

  private final long bytes;
  private final int cores;
  private long taken;
  private int builders;

  /**
   * @param bytes for all shards
   */
  BuildMemory(long bytes, int cores) {
    this.bytes = bytes;
    this.cores = cores;
  }

  /** For all shards. */
  long bytes() {
    return bytes;
  }

  /** What to say of a shard that never has room. */
  interface TooLarge {
    String message(long available);
  }

  /**
   * What one shard has, until it is closed.
   *
   * @param threads that may build it
   */
  record Share(BuildMemory all, long size, int threads) implements AutoCloseable {
    @Override
    public void close() {
      all.release(size);
    }
  }

  /**
   * Takes memory for a shard, when there is some.
   *
   * @throws IllegalStateException if the shard is larger than all of it
   */
  synchronized Share take(long needed, TooLarge message) {
    if (needed > bytes) {
      throw new IllegalStateException(message.message(bytes));
    }
    boolean interrupted = false;
    while (taken + needed > bytes) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a shard waited for memory");
    }
    taken += needed;
    builders++;
    return new Share(this, needed, Math.max(1, cores / builders));
  }

  private synchronized void release(long size) {
    taken -= size;
    builders--;
    notifyAll();
  }

  /** An amount for messages. */
  static String mib(long amount) {
    return String.format(Locale.ROOT, "%,d MiB", (amount + (1 << 20) - 1) >> 20);
  }
}
