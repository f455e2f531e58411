// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Lets searches in until it is closed, and then waits for those inside. No lock for searches. */
final class SearchGate {

  private static final int SLOTS = 64;

  /** Each slot is in a cache line of its own. */
  private static final int STRIDE = 32;

  private final AtomicIntegerArray inside = new AtomicIntegerArray(SLOTS * STRIDE);
  private volatile boolean closed;

  /**
   * Goes in.
   *
   * @return to go out with
   * @throws IllegalStateException when it is closed
   */
  int enter() {
    int slot = (int) (Thread.currentThread().getId() % SLOTS) * STRIDE;
    inside.incrementAndGet(slot);
    if (closed) {
      inside.decrementAndGet(slot);
      throw new IllegalStateException("the index is closed");
    }
    return slot;
  }

  void leave(int slot) {
    inside.decrementAndGet(slot);
  }

  /**
   * Closes it.
   *
   * @return whether it was open
   */
  boolean close() {
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
    }
    for (int slot = 0; slot < inside.length(); slot += STRIDE) {
      while (inside.get(slot) > 0) {
        Thread.onSpinWait();
      }
    }
    return true;
  }
}
