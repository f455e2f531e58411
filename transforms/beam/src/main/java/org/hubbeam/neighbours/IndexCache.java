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
import org.hubbeam.batch.Daemons;
import org.hubbeam.files.IndexFetch;
import org.hubbeam.hub.Hub;
import org.hubbeam.hub.HubOptions;
import org.hubbeam.search.IndexMemory;
import org.hubbeam.search.SearchIndex;
import org.hubbeam.search.SearchOptions;

/**
 * The indexes and shards that are open in this JVM: each is opened once, by the first who leases
 * it, while the others wait. One that nobody has leased for ten seconds is closed, as nobody is
 * told of the end of a job. Threads may share it.
 *
 * <p>Single shards are those of an index that is larger than the heap: one is closed as soon as
 * nobody leases it, and a lease of one waits while there is no room for it beside the others.
 */
final class IndexCache {

  /** That of this JVM. */
  static final IndexCache JVM =
      new IndexCache(
          new Opener() {
            @Override
            public SearchIndex open(Part part) {
              return IndexCache.open(part);
            }

            @Override
            public long bytes(Part part) {
              return IndexMemory.of(IndexFetch.description(part.folder).ofShard(part.shard));
            }
          },
          10_000,
          Runtime.getRuntime().maxMemory() / 4 * 3);

  private static final Cleaner CLEANER = Cleaner.create();
  private static final ScheduledExecutorService CLOSER = Daemons.scheduler("hubbeam-indexes");

  private final Opener opener;
  private final long idleMillis;
  private final long shardBytes;
  private final Map<Part, Entry> entries = new HashMap<>();
  private long taken;

  /**
   * @param idleMillis how long a whole index stays open that nobody leases
   * @param shardBytes the memory for single shards; one that is larger is opened when it is alone
   */
  IndexCache(Opener opener, long idleMillis, long shardBytes) {
    this.opener = opener;
    this.idleMillis = idleMillis;
    this.shardBytes = shardBytes;
  }

  /** Opens parts. */
  interface Opener {
    SearchIndex open(Part part);

    /** The memory that a single shard takes. */
    long bytes(Part part);
  }

  /**
   * A whole index, or a shard of one, as it is at a time.
   *
   * @param folder of the index, here or in another file system
   * @param shard the number of the shard; {@link #WHOLE} for all
   * @param state what the index consists of
   */
  record Part(String folder, int shard, IndexState state) {
    static final int WHOLE = -1;

    boolean isShard() {
      return shard != WHOLE;
    }
  }

  private static final class Entry {
    final CompletableFuture<SearchIndex> index = new CompletableFuture<>();
    int leases;
    long idleSince;
    long bytes;
  }

  private static SearchIndex open(Part part) {
    Hub hub = Hub.of(HubOptions.fromEnvironment());
    SearchIndex index =
        part.shard == Part.WHOLE
            ? SearchIndex.open(IndexFetch.local(part.folder, hub))
            : SearchIndex.openShard(
                IndexFetch.shard(part.folder, hub, part.shard),
                SearchOptions.defaults(),
                part.shard);
    try {
      part.state.check(part, index.description());
      return index;
    } catch (IllegalStateException e) {
      index.close();
      throw e;
    }
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
        if (part.isShard()) {
          take(entry, opener.bytes(part));
        }
        entry.index.complete(opener.open(part));
      } catch (RuntimeException | Error e) {
        remove(part, entry);
        entry.index.completeExceptionally(e);
        throw e;
      }
    }
    return new Lease(this, part, entry);
  }

  private synchronized void take(Entry entry, long bytes) {
    while (taken > 0 && taken + bytes > shardBytes) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a shard waited for memory");
      }
    }
    entry.bytes = bytes;
    taken += bytes;
  }

  private synchronized boolean remove(Part part, Entry entry) {
    boolean removed = entries.remove(part, entry);
    if (removed) {
      taken -= entry.bytes;
      notifyAll();
    }
    return removed;
  }

  /** How many are open or being opened. */
  synchronized int size() {
    return entries.size();
  }

  private synchronized void giveBack(Part part, Entry entry) {
    entry.leases--;
    entry.idleSince = System.nanoTime();
    if (entry.leases > 0) {
      return;
    }
    if (part.isShard()) {
      close(part, entry);
    } else {
      Future<?> unused =
          CLOSER.schedule(() -> closeIdle(part, entry), idleMillis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void closeIdle(Part part, Entry entry) {
    long idle = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - entry.idleSince);
    if (entry.leases == 0 && idle >= idleMillis) {
      close(part, entry);
    }
  }

  private void close(Part part, Entry entry) {
    if (remove(part, entry)) {
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
