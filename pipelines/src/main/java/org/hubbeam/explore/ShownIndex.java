// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.explore;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.hubbeam.search.QueryEncoder;
import org.hubbeam.search.SearchIndex;
import org.jspecify.annotations.Nullable;

/**
 * The generation of an index that is shown. A newer one is looked for when something is asked, at
 * most once a second; the one before is closed when what it was asked is answered. Thread-safe.
 */
final class ShownIndex implements AutoCloseable {

  private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

  private final NewerIndex newer;
  private final @Nullable QueryEncoder encoder;
  private final ExploreOptions options;
  private final ReentrantLock looking = new ReentrantLock();
  private Shown shown;
  private volatile long looked = System.nanoTime();
  private volatile boolean isOther;

  ShownIndex(
      SearchIndex first, NewerIndex newer, @Nullable QueryEncoder encoder, ExploreOptions options) {
    this.newer = newer;
    this.encoder = encoder;
    this.options = options;
    shown = new Shown(first, new Api(first, encoder, options, 0), 0);
  }

  /** One generation, with the number of requests that use it. */
  private static final class Shown {
    final SearchIndex index;
    final Api api;
    final int version;
    int requests;

    Shown(SearchIndex index, Api api, int version) {
      this.index = index;
      this.api = api;
      this.version = version;
    }
  }

  /** The answer of the newest generation. */
  Answer answer(Request request) throws IOException {
    look();
    if (isOther) {
      throw new Refusal(
          409,
          "the index was built anew from vectors of another kind: end this program, and start it"
              + " again");
    }
    Shown now = enter();
    try {
      return now.api.answer(request);
    } finally {
      leave(now);
    }
  }

  private void look() {
    if (System.nanoTime() - looked < PAUSE || !looking.tryLock()) {
      return;
    }
    try {
      newer.than(shown().index).ifPresent(this::show);
    } catch (RuntimeException e) {
      // Half-written, or larger than there is room for: what is shown stays.
    } finally {
      looked = System.nanoTime();
      looking.unlock();
    }
  }

  private void show(SearchIndex index) {
    Shown before = shown();
    if (!isAlike(before.index, index)) {
      isOther = true;
      index.close();
      return;
    }
    int version = before.version + 1;
    Shown now = new Shown(index, new Api(index, encoder, options, version), version);
    boolean unused;
    synchronized (this) {
      shown = now;
      unused = before.requests == 0;
    }
    if (unused) {
      before.index.close();
    }
  }

  /** Whether vectors of queries fit both. */
  private static boolean isAlike(SearchIndex one, SearchIndex other) {
    return one.description().dimension() == other.description().dimension()
        && Objects.equals(recipe(one), recipe(other));
  }

  private static Optional<Object> recipe(SearchIndex index) {
    return Optional.ofNullable(index.description().embeddings().get("recipe"));
  }

  private synchronized Shown shown() {
    return shown;
  }

  private synchronized Shown enter() {
    shown.requests++;
    return shown;
  }

  private void leave(Shown used) {
    boolean last;
    synchronized (this) {
      used.requests--;
      last = used.requests == 0 && used != shown;
    }
    if (last) {
      used.index.close();
    }
  }

  /** Closes what is shown, unless it is still what the caller gave. */
  @Override
  public void close() {
    Shown last = shown();
    if (last.version > 0) {
      last.index.close();
    }
  }
}
