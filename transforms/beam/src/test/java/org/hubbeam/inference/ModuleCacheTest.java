// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.hubbeam.inference.FakeLoader.Behaviour;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.ModuleOptions;
import org.junit.jupiter.api.Test;

class ModuleCacheTest {

  private static void atOnce(int threads, List<Callable<Void>> tasks) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> done : pool.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static ModuleCache.Key key(String handle, ModuleLoader loader) {
    return new ModuleCache.Key(ModuleSpec.of(handle).loading(), loader);
  }

  /** A module that knows whether it is open. */
  private static class Guarded implements LoadedModule {
    private final AtomicInteger open;
    private volatile boolean closed;

    Guarded(AtomicInteger open) {
      this.open = open;
      open.incrementAndGet();
    }

    @Override
    public BatchFunction function(FunctionChoice choice) {
      assertThat(closed).as("used after it was closed").isFalse();
      return null;
    }

    @Override
    public long bytes() {
      return 10;
    }

    @Override
    public void close() {
      assertThat(closed).as("closed twice").isFalse();
      closed = true;
      open.decrementAndGet();
    }
  }

  @Test
  void leasesInManyThreadsNeverMeetAClosedModule() throws Exception {
    // Without a budget each last return closes, so that opening and closing meet all the time.
    ModuleCache cache = new ModuleCache(0);
    AtomicInteger open = new AtomicInteger();
    AtomicInteger loads = new AtomicInteger();
    Map<ModuleSpec.Loading, Guarded> last = new java.util.concurrent.ConcurrentHashMap<>();
    ModuleLoader loader =
        loading -> {
          loads.incrementAndGet();
          Guarded module = new Guarded(open);
          Guarded before = last.put(loading, module);
          assertThat(before == null || before.closed).as("two of a module are open").isTrue();
          return module;
        };
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      ModuleCache.Key key = key("m" + i % 3, loader);
      tasks.add(
          () -> {
            try (ModuleCache.Lease lease = cache.lease(key)) {
              Guarded module = last.get(key.loading());
              assertThat(module.function(FunctionChoice.ANY)).isNull();
              assertThat(module.closed).isFalse();
              assertThat(lease.bytes()).isEqualTo(10);
            }
            return null;
          });
    }
    atOnce(32, tasks);
    assertThat(open).hasValue(0);
    assertThat(cache.size()).isZero();
    assertThat(loads.get()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void modulesThatNobodyUsesForATimeAreClosed() throws Exception {
    ModuleCache cache = new ModuleCache(1000, Duration.ofMillis(50));
    AtomicInteger open = new AtomicInteger();
    CountDownLatch closed = new CountDownLatch(1);
    ModuleLoader loader =
        loading ->
            new Guarded(open) {
              @Override
              public void close() {
                super.close();
                closed.countDown();
              }
            };
    ModuleCache.Lease kept = cache.lease(key("kept", loader));
    cache.lease(key("left", loader)).close();
    assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(open).hasValue(1);
    cache.lease(key("kept", loader)).close();
    assertThat(kept.bytes()).isEqualTo(10);
    kept.close();
  }

  @Test
  void manyInstancesAndThreadsLoadOnce() throws Exception {
    FakeLoader fake = new FakeLoader("once", Behaviour.GOOD);
    Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.of("a", "b"))));
    CountDownLatch together = new CountDownLatch(16);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      tasks.add(
          () -> {
            together.countDown();
            together.await();
            List<ModuleCaller> callers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
              ModuleCaller caller = new ModuleCaller(fake.spec(), fake, new NoMeter());
              callers.add(caller);
              assertThat(caller.call(batch).pieces()).hasSize(1);
            }
            callers.forEach(ModuleCaller::close);
            return null;
          });
    }
    atOnce(16, tasks);
    assertThat(fake.seen().loads).hasValue(1);
    assertThat(fake.seen().calls).hasValue(512);
    assertThat(fake.seen().mostAtOnce.get())
        .isLessThanOrEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void asManyCallsRunAtATimeAsThereAreCores() throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(callsAtATime(0, cores)).isEqualTo(cores);
    assertThat(callsAtATime(1, cores)).isEqualTo(cores);
    assertThat(callsAtATime(cores, cores)).isEqualTo(1);
  }

  /** How many of {@code cores + 3} callers are let in before any is done. */
  private static int callsAtATime(int intraOp, int cores) throws Exception {
    FakeLoader fake = new FakeLoader("at a time " + intraOp, Behaviour.GOOD);
    ModuleOptions.Devices devices = ModuleOptions.Devices.DEFAULT.withIntraOp(intraOp);
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    FakeFunction plain = fake.function();
    Semaphore turns = ModuleCache.turns(devices);
    MappedFunction waiting =
        MappedFunction.find(
            plain
                .with(
                    rows -> {
                      inside.incrementAndGet();
                      try {
                        done.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return plain.call(rows);
                    })
                .module(),
            FunctionChoice.ANY,
            ModuleSpec.Mapping.BY_NAME,
            turns);
    Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.of("a"))));
    int callers = cores + 3;
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        CallPlan plan =
            new CallPlan(
                waiting,
                Limits.DEFAULT,
                new NoMeter(),
                new FailureRatio("waits", Limits.FailureLimit.NONE));
        all.add(pool.submit(() -> plan.run(batch)));
      }
      while (inside.get() + turns.getQueueLength() < callers) {
        Thread.onSpinWait();
      }
      int most = inside.get();
      done.countDown();
      for (Future<?> one : all) {
        one.get();
      }
      return most;
    } finally {
      done.countDown();
      pool.shutdownNow();
    }
  }

  @Test
  void aLoadThatFailsIsToldToAllWhoWaitAndTriedAgain() throws Exception {
    ModuleCache cache = new ModuleCache(1000);
    AtomicInteger loads = new AtomicInteger();
    AtomicInteger open = new AtomicInteger();
    CountDownLatch waiting = new CountDownLatch(1);
    ModuleLoader loader =
        loading -> {
          if (loads.incrementAndGet() > 1) {
            return new Guarded(open);
          }
          try {
            waiting.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          throw new ModuleException(ModuleException.Kind.NOT_LOADABLE, "no variables");
        };
    ModuleCache.Key key = key("broken", loader);
    AtomicInteger told = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (ModuleCache.Lease lease = cache.lease(key)) {
                  throw new AssertionError("leased a module of " + lease.bytes());
                } catch (ModuleException e) {
                  if (e.getMessage().equals("no variables")
                      && e.kind() == ModuleException.Kind.NOT_LOADABLE) {
                    told.incrementAndGet();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    waiting.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(told).hasValue(8);
    assertThat(loads).hasValue(1);
    cache.lease(key).close();
    assertThat(loads).hasValue(2);
  }

  @Test
  void idleModulesAreClosedFromTheLeastRecentlyUsedWhenTheyTakeTooMuch() {
    ModuleCache cache = new ModuleCache(25);
    List<String> loaded = new ArrayList<>();
    AtomicInteger open = new AtomicInteger();
    ModuleLoader loader =
        loading -> {
          loaded.add(loading.handle());
          return new Guarded(open);
        };
    ModuleCache.Lease kept = cache.lease(key("kept", loader));
    cache.lease(key("a", loader)).close();
    assertThat(open).hasValue(2);
    cache.lease(key("b", loader)).close();
    assertThat(open).as("a was closed for b").hasValue(2);
    cache.lease(key("b", loader)).close();
    cache.lease(key("kept", loader)).close();
    assertThat(loaded).containsExactly("kept", "a", "b");
    cache.lease(key("a", loader)).close();
    assertThat(loaded).containsExactly("kept", "a", "b", "a");
    assertThat(open).as("kept has a lease, b went").hasValue(2);
    kept.close();
    kept.close();
    cache.lease(key("kept", loader)).close();
    assertThat(loaded).as("kept is still open").hasSize(4);
  }

  @Test
  void modulesOfOtherOptionsAreOtherModules() {
    FakeLoader fake = new FakeLoader("options", Behaviour.GOOD);
    ModuleCache cache = new ModuleCache(1000);
    ModuleSpec one = fake.spec();
    ModuleSpec other =
        one.withOptions(
            ModuleOptions.DEFAULT.withDevices(ModuleOptions.Devices.DEFAULT.withIntraOp(1)));
    cache.lease(new ModuleCache.Key(one.loading(), fake)).close();
    cache.lease(new ModuleCache.Key(other.loading(), fake)).close();
    cache.lease(new ModuleCache.Key(one.withInput("x").loading(), fake)).close();
    assertThat(fake.seen().loads).hasValue(2);
  }

  @Test
  void aLeaseThatIsForgottenComesBack() {
    ModuleCache cache = new ModuleCache(0);
    AtomicInteger open = new AtomicInteger();
    forget(cache, open);
    while (open.get() > 0) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(cache.size()).isZero();
  }

  private static void forget(ModuleCache cache, AtomicInteger open) {
    assertThat(cache.lease(key("forgotten", loading -> new Guarded(open))).loadMillis())
        .isGreaterThanOrEqualTo(0);
    assertThat(open).hasValue(1);
  }

  @Test
  void aFunctionThatIsNotThereIsSaidAndTheModuleStays() {
    FakeLoader fake = new FakeLoader("functions", Behaviour.GOOD);
    try (ModuleCache.Lease lease =
        new ModuleCache(0).lease(new ModuleCache.Key(fake.spec().loading(), fake))) {
      assertThatThrownBy(
              () -> lease.function(FunctionChoice.of("other"), ModuleSpec.Mapping.BY_NAME))
          .isInstanceOf(ModuleException.class)
          .hasMessageContaining("there is embed");
      assertThat(lease.function(FunctionChoice.of("embed"), ModuleSpec.Mapping.BY_NAME).name())
          .isEqualTo("embed");
    }
    assertThat(fake.seen().closed).hasValue(1);
  }

  private static final class NoMeter implements Meter {
    @Override
    public void count(String name, long more) {}

    @Override
    public void measure(String name, long value) {}
  }
}
