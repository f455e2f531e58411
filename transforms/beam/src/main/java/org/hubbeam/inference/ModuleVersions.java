// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Secrets;
import org.hubbeam.model.FunctionChoice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version in use of a module that is updated, once for all of this JVM who call the same
 * function of it.
 *
 * <p>Newer ones are looked for by who asks for the current one, in a thread that ends with that: so
 * there is none when a job is over. Threads may share it.
 */
final class ModuleVersions {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleVersions.class);
  private static final Map<Key, ModuleVersions> JVM = new ConcurrentHashMap<>();

  private final Key key;
  private final ModuleCache cache;
  private final long pollNanos;
  private final AtomicBoolean polling = new AtomicBoolean();
  private final AtomicInteger updates = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final Map<String, String> refused = new ConcurrentHashMap<>();
  private volatile ModuleSpec.@Nullable Loading current;
  private volatile long next;
  private @Nullable List<Output> outputs;

  /** What makes two watches the same. */
  private record Key(
      ModuleSpec.Loading loading,
      FunctionChoice function,
      ModuleSpec.Mapping mapping,
      ModuleLoader loader) {}

  /** What a function gives, as far as it must stay the same. */
  private record Output(String name, Object dtype, Object shape) {
    static Output of(ArraySpec spec) {
      return new Output(spec.name(), spec.dtype(), spec.shape());
    }

    @Override
    public String toString() {
      return name + " " + dtype + " " + shape;
    }
  }

  private ModuleVersions(Key key, long pollMillis) {
    this.key = key;
    this.cache = ModuleCache.JVM;
    this.pollNanos = TimeUnit.MILLISECONDS.toNanos(pollMillis);
  }

  /** The versions that a spec means; null when its module stays as it is. */
  static @Nullable ModuleVersions of(ModuleSpec spec, ModuleLoader loader) {
    if (spec.loading().poll() == null) {
      return null;
    }
    long poll = spec.loading().poll().getMillis();
    return JVM.computeIfAbsent(
        new Key(spec.loading(), spec.function(), spec.mapping(), loader),
        key -> new ModuleVersions(key, poll));
  }

  /** What a spec loads at present: the version in use where there are versions. */
  static ModuleSpec.Loading loading(ModuleSpec spec, ModuleLoader loader) {
    ModuleVersions versions = of(spec, loader);
    return versions == null ? spec.loading() : versions.current();
  }

  /**
   * The version in use. The first call loads it, later ones only look whether it is time to look.
   *
   * @throws RuntimeException why there is none
   */
  ModuleSpec.Loading current() {
    ModuleSpec.Loading found = current;
    if (found == null) {
      return first();
    }
    if (System.nanoTime() - next >= 0 && polling.compareAndSet(false, true)) {
      Thread thread = new Thread(this::poll, "hubbeam-versions");
      thread.setDaemon(true);
      thread.start();
    }
    return found;
  }

  /** Closes a version that somebody leased again after another had taken its place. */
  void returned(ModuleSpec.Loading loading) {
    if (!loading.equals(current)) {
      cache.retire(new ModuleCache.Key(loading, key.loader));
    }
  }

  /** Counts what has happened since it was last called. */
  void count(Meter meter) {
    count(meter, HubMetrics.UPDATES, updates);
    count(meter, HubMetrics.UPDATE_FAILURES, failures);
  }

  private static void count(Meter meter, String name, AtomicInteger counter) {
    if (counter.get() > 0) {
      meter.count(name, counter.getAndSet(0));
    }
  }

  private synchronized ModuleSpec.Loading first() {
    if (current != null) {
      return current;
    }
    RuntimeException newest = null;
    for (String version : key.loader.versions(key.loading)) {
      ModuleSpec.Loading loading = key.loading.at(version);
      try {
        outputs = load(loading);
        LOG.info("module {} is used", loading.shown());
        next = System.nanoTime() + pollNanos;
        current = loading;
        return loading;
      } catch (RuntimeException e) {
        refuse(version, e);
        newest = newest == null ? e : newest;
      }
    }
    throw Objects.requireNonNull(newest, "a version");
  }

  private void poll() {
    try {
      update();
    } catch (RuntimeException | Error e) {
      refuse(key.loading.handle(), e);
    } finally {
      next = System.nanoTime() + pollNanos;
      polling.set(false);
    }
  }

  private synchronized void update() {
    ModuleSpec.Loading old = Objects.requireNonNull(current, "current");
    for (String version : key.loader.versions(key.loading)) {
      if (version.equals(old.handle())) {
        return;
      }
      ModuleSpec.Loading loading = key.loading.at(version);
      try {
        outputs = load(loading);
      } catch (RuntimeException | Error e) {
        refuse(version, e);
        continue;
      }
      LOG.info("module {} takes the place of {}", loading.shown(), old.shown());
      current = loading;
      updates.incrementAndGet();
      cache.retire(new ModuleCache.Key(old, key.loader));
      return;
    }
  }

  /** Loads a version, so that who leases it finds it open. */
  private List<Output> load(ModuleSpec.Loading loading) {
    try (ModuleCache.Lease lease = cache.lease(new ModuleCache.Key(loading, key.loader))) {
      List<Output> found =
          lease.function(key.function, key.mapping).outputSpecs().stream().map(Output::of).toList();
      if (outputs != null && !found.equals(outputs)) {
        throw new IllegalArgumentException("it gives " + found + "; the one in use " + outputs);
      }
      return found;
    }
  }

  private void refuse(String version, Throwable why) {
    String reason = String.valueOf(why.getMessage());
    if (!reason.equals(refused.put(version, reason))) {
      failures.incrementAndGet();
      LOG.warn("module {} is not taken up: {}", Secrets.masked(version), reason);
    }
  }
}
