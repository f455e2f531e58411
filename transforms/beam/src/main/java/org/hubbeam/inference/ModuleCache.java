// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hubbeam.batch.Daemons;
import org.hubbeam.batch.Secrets;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modules of this JVM: each is loaded once, by the first who leases it, while the others wait.
 * Those that their users change are loaded for each of them.
 *
 * <p>A lease keeps its module open. Modules without leases stay open for a time, the least recently
 * used are closed when all modules together take more than the budget. Finding, counting, removing
 * and closing happen under one lock, loading does not. A load that failed is reported to all who
 * waited for it, and tried again by the next. Threads may share it.
 */
final class ModuleCache {

  /**
   * The cache of this JVM. Its budget is the system property {@code hubbeam.moduleCacheBytes}, else
   * half of the memory that the heap leaves, and at least 1 GiB. Where the JVM itself has these
   * classes, modules stay open. Where a job brought them, modules that nobody uses for the system
   * property {@code hubbeam.moduleIdleSeconds}, else ten seconds, are closed: nobody is told of the
   * end of a job, which may be that of its last use.
   */
  static final ModuleCache JVM = new ModuleCache(defaultBudget(), defaultIdle());

  private static final Logger LOG = LoggerFactory.getLogger(ModuleCache.class);
  private static final Cleaner CLEANER = Cleaner.create();

  private static final ScheduledExecutorService CLOSER = Daemons.scheduler("hubbeam-modules");

  private final long budget;
  private final @Nullable Duration idle;
  private final Map<Object, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** A cache whose modules stay open until there are too many. */
  ModuleCache(long budgetBytes) {
    this(budgetBytes, null);
  }

  /**
   * @param idle how long a module stays open that nobody uses; null for any time
   */
  ModuleCache(long budgetBytes, @Nullable Duration idle) {
    budget = budgetBytes;
    this.idle = idle;
  }

  /** What makes two modules the same. */
  record Key(ModuleSpec.Loading loading, ModuleLoader loader) {}

  /**
   * The module of this key, loaded when it is not yet.
   *
   * @throws RuntimeException what the loader threw; who waited for another's load gets a new
   *     exception with the same message
   */
  Lease lease(Key key) {
    Entry entry;
    boolean first = false;
    synchronized (this) {
      entry = entries.get(key);
      if (entry == null) {
        entry = new Entry(key);
        entries.put(key, entry);
        first = true;
      }
      entry.leases++;
      if (entry.closing != null) {
        entry.closing.cancel(false);
      }
    }
    if (first) {
      load(key, key, entry);
    }
    return new Lease(this, entry);
  }

  /**
   * A module of this key that nobody else has, loaded now and closed with its lease: for functions
   * that change their module.
   *
   * @throws RuntimeException what the loader threw
   */
  Lease leaseOwn(Key key) {
    Entry entry = new Entry(key);
    Object owner = entry;
    synchronized (this) {
      entries.put(owner, entry);
      entry.leases++;
    }
    load(owner, key, entry);
    return new Lease(this, entry);
  }

  /** Closes a module as soon as it has no leases: a newer version has taken its place. */
  synchronized void retire(Key key) {
    Entry entry = entries.get(key);
    if (entry != null) {
      entry.retired = true;
      closeRetired();
    }
  }

  private void closeRetired() {
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (entry.retired && entry.open && entry.leases == 0) {
        all.remove();
        entry.module.join().close();
      }
    }
  }

  /** How many modules are open or being opened. */
  synchronized int size() {
    return entries.size();
  }

  private void load(Object owner, Key key, Entry entry) {
    String handle = Secrets.masked(key.loading().handle());
    long start = System.nanoTime();
    LOG.info("loading module {}", handle);
    try {
      LoadedModule module = key.loader().load(key.loading());
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      LOG.info("loaded module {} in {} ms, {} bytes", handle, millis, module.bytes());
      synchronized (this) {
        entry.bytes = module.bytes();
        entry.loadMillis = millis;
        entry.open = true;
        entry.module.complete(module);
        closeIdle();
      }
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        entries.remove(owner, entry);
      }
      entry.module.completeExceptionally(e);
      throw e;
    }
  }

  private synchronized void giveBack(Entry entry) {
    entry.leases--;
    if (entry.leases == 0 && entries.remove(entry, entry)) {
      entry.module.join().close();
    }
    closeRetired();
    closeIdle();
    if (idle != null && entry.leases == 0 && entries.containsValue(entry)) {
      Duration most = idle;
      entry.idleSince = System.nanoTime();
      entry.closing =
          CLOSER.schedule(() -> closeLongIdle(most), most.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private synchronized void closeLongIdle(Duration most) {
    long now = System.nanoTime();
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      Entry entry = all.next();
      if (entry.open && entry.leases == 0 && now - entry.idleSince >= most.toNanos()) {
        all.remove();
        entry.module.join().close();
      }
    }
  }

  private void closeIdle() {
    long total = entries.values().stream().mapToLong(e -> e.bytes).sum();
    Iterator<Entry> eldestFirst = entries.values().iterator();
    while (total > budget && eldestFirst.hasNext()) {
      Entry entry = eldestFirst.next();
      if (entry.open && entry.leases == 0) {
        eldestFirst.remove();
        total -= entry.bytes;
        entry.module.join().close();
      }
    }
  }

  private static long defaultBudget() {
    Long set = Long.getLong("hubbeam.moduleCacheBytes");
    if (set != null) {
      return set;
    }
    long left = 0;
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      left = system.getTotalMemorySize() - Runtime.getRuntime().maxMemory();
    }
    return Math.max(1L << 30, left / 2);
  }

  private static @Nullable Duration defaultIdle() {
    Long set = Long.getLong("hubbeam.moduleIdleSeconds");
    if (set != null) {
      return Duration.ofSeconds(set);
    }
    boolean ofJob = ModuleCache.class.getClassLoader() != ClassLoader.getSystemClassLoader();
    return ofJob ? Duration.ofSeconds(10) : null;
  }

  /**
   * As many permits as calls of a module may run at the same time: one for each core, or for each
   * group of cores that a call takes.
   */
  static Semaphore turns(ModuleOptions.Devices devices) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new Semaphore(Math.max(1, cores / Math.max(1, devices.intraOp())));
  }

  private record Wanted(FunctionChoice choice, ModuleSpec.Mapping mapping) {}

  private static final class Entry {
    final CompletableFuture<LoadedModule> module = new CompletableFuture<>();
    final Map<Wanted, MappedFunction> functions = new ConcurrentHashMap<>();
    final Semaphore turns;
    final AtomicBoolean loadClaimed = new AtomicBoolean();
    int leases;
    long bytes;
    volatile long loadMillis;
    volatile @Nullable String digest;
    boolean open;
    long idleSince;
    @Nullable Future<?> closing;
    boolean retired;

    Entry(Key key) {
      turns = turns(key.loading().options().devices());
    }

    LoadedModule await() {
      try {
        return module.join();
      } catch (CompletionException e) {
        // A new exception for each who waits: they throw it from threads of their own.
        Throwable cause = Objects.requireNonNull(e.getCause(), "cause");
        if (cause instanceof ModuleException m) {
          throw new ModuleException(m.kind(), String.valueOf(m.getMessage()), m);
        }
        throw new IllegalStateException(cause.getMessage(), cause);
      }
    }
  }

  /**
   * The right to use a module until it is closed, once or more. A lease that nobody can reach any
   * more closes itself, because engines may drop a DoFn without a word.
   */
  static final class Lease implements LoadedModule {
    private final LoadedModule module;
    private final Entry entry;
    private final Cleaner.Cleanable cleanable;

    private Lease(ModuleCache cache, Entry entry) {
      cleanable = CLEANER.register(this, () -> cache.giveBack(entry));
      try {
        module = entry.await();
      } catch (RuntimeException e) {
        cleanable.clean();
        throw e;
      }
      this.entry = entry;
    }

    @Override
    public BatchFunction function(FunctionChoice choice) {
      return module.function(choice);
    }

    @Override
    public long bytes() {
      return module.bytes();
    }

    /**
     * The function meant with the outputs that a mapping keeps, looked up once a module.
     *
     * @throws ModuleException when there is none, or it has no such input or output, listing those
     *     there are
     */
    MappedFunction function(FunctionChoice choice, ModuleSpec.Mapping mapping) {
      return entry.functions.computeIfAbsent(
          new Wanted(choice, mapping),
          wanted -> MappedFunction.find(module, choice, mapping, entry.turns));
    }

    /**
     * Whether the load of the module is to be counted with this lease: true once a load, for the
     * first who asks. The launcher, whose leases no metric counts, does not ask.
     */
    boolean claimLoad() {
      return entry.loadClaimed.compareAndSet(false, true);
    }

    /** The digest of the module's files, read once a load. */
    @Override
    public String digest() {
      String digest = entry.digest;
      if (digest == null) {
        digest = module.digest();
        entry.digest = digest;
      }
      return digest;
    }

    /** How long its load took. */
    long loadMillis() {
      return entry.loadMillis;
    }

    @Override
    public void close() {
      cleanable.clean();
    }
  }
}
