// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.neighbours;

import java.lang.ref.Cleaner;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.hubbeam.batch.Daemons;
import org.hubbeam.files.IndexFetch;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchOptions;

/**
 * The indexes and shards that are open in this JVM: each is opened once, by the first who leases
 * it, while the others wait. One that nobody has leased for ten seconds is closed, as nobody is
 * told of the end of a job. Threads may share it.
 */
final class IndexCache {

  /** That of this JVM. */
  static final IndexCache JVM = new IndexCache(IndexCache::open, 10_000);

  private static final Cleaner CLEANER = Cleaner.create();
  private static final ScheduledExecutorService CLOSER = Daemons.scheduler("hubbeam-indexes");

  private final Function<Part, SearchIndex> opener;
  private final long idleMillis;
  private final Map<Part, Entry> entries = new HashMap<>();

  IndexCache(Function<Part, SearchIndex> opener, long idleMillis) {
    this.opener = opener;
    this.idleMillis = idleMillis;
  }

  /**
   * A whole index, or a shard of one.
   *
   * @param folder of the index, here or in another file system
   * @param shard the number of the shard; {@link #WHOLE} for all
   */
  record Part(String folder, int shard) {
    static final int WHOLE = -1;
  }

  private static final class Entry {
    final CompletableFuture<SearchIndex> index = new CompletableFuture<>();
    int leases;
    long idleSince;
  }

  private static SearchIndex open(Part part) {
    Hub hub = Hub.of(HubOptions.fromEnvironment());
    return part.shard == Part.WHOLE
        ? SearchIndex.open(IndexFetch.local(part.folder, hub))
        : SearchIndex.openShard(
            IndexFetch.shard(part.folder, hub, part.shard), SearchOptions.defaults(), part.shard);
  }

  /**
   * Leases an index.
   *
   * @throws RuntimeException what opening threw; the next who leases tries again
   */
  Lease lease(Part part) {
    Entry entry;
    boolean first = false;
    synchronized (this) {
      entry = entries.get(part);
      if (entry == null) {
        entry = new Entry();
        entries.put(part, entry);
        first = true;
      }
      entry.leases++;
    }
    if (first) {
      try {
        entry.index.complete(opener.apply(part));
      } catch (RuntimeException | Error e) {
        synchronized (this) {
          entries.remove(part, entry);
        }
        entry.index.completeExceptionally(e);
        throw e;
      }
    }
    return new Lease(this, part, entry);
  }

  /** How many are open or being opened. */
  synchronized int size() {
    return entries.size();
  }

  private synchronized void giveBack(Part part, Entry entry) {
    entry.leases--;
    entry.idleSince = System.nanoTime();
    if (entry.leases == 0) {
      Future<?> unused =
          CLOSER.schedule(() -> closeIdle(part, entry), idleMillis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void closeIdle(Part part, Entry entry) {
    long idle = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - entry.idleSince);
    if (entry.leases == 0 && idle >= idleMillis && entries.remove(part, entry)) {
      entry.index.join().close();
    }
  }

  /**
   * The right to use an index until it is closed. A lease that nobody can reach any more closes
   * itself, because engines may drop a DoFn without a word.
   */
  static final class Lease implements AutoCloseable {
    private final Cleaner.Cleanable cleanable;
    private final SearchIndex index;

    private Lease(IndexCache cache, Part part, Entry entry) {
      cleanable = CLEANER.register(this, () -> cache.giveBack(part, entry));
      try {
        index = entry.index.join();
      } catch (CompletionException e) {
        cleanable.clean();
        throw new IllegalStateException(
            e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
      }
    }

    SearchIndex index() {
      return index;
    }

    @Override
    public void close() {
      cleanable.clean();
    }
  }
}
