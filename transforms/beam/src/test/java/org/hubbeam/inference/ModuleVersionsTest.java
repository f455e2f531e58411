// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/** A module whose versions come and go. */
class ModuleVersionsTest {
  private static final Duration POLL = Duration.millis(5);

  /** What there is of a module and what has become of it. */
  private static final class Shelf {
    final List<Integer> versions = new CopyOnWriteArrayList<>();
    final List<Integer> broken = new CopyOnWriteArrayList<>();
    final List<Integer> wide = new CopyOnWriteArrayList<>();
    final List<Integer> closed = new CopyOnWriteArrayList<>();
    final ConcurrentLinkedQueue<Integer> loaded = new ConcurrentLinkedQueue<>();
    final Semaphore mayLoad = new Semaphore(1_000_000);
  }

  private static final Map<String, Shelf> SHELVES = new ConcurrentHashMap<>();

  /** Modules that give their version as the vector of each row. */
  private record Loader(String id) implements ModuleLoader {
    private static final long serialVersionUID = 1;

    Shelf shelf() {
      return SHELVES.computeIfAbsent(id, i -> new Shelf());
    }

    ModuleSpec spec() {
      return ModuleSpec.of(id).withUpdates(POLL);
    }

    @Override
    public List<String> versions(ModuleSpec.Loading loading) {
      return shelf().versions.stream()
          .sorted((a, b) -> b - a)
          .map(v -> loading.handle() + "/" + v)
          .toList();
    }

    @Override
    public LoadedModule load(ModuleSpec.Loading loading) {
      Shelf shelf = shelf();
      int version = Integer.parseInt(loading.handle().replaceAll(".*/", ""));
      shelf.mayLoad.acquireUninterruptibly();
      if (shelf.broken.contains(version)) {
        throw new IllegalStateException("version " + version + " is broken");
      }
      shelf.loaded.add(version);
      AtomicBoolean closed = new AtomicBoolean();
      int width = shelf.wide.contains(version) ? 3 : 1;
      return new LoadedModule() {
        @Override
        public BatchFunction function(FunctionChoice choice) {
          return new FakeFunction(
              "embed",
              List.of(new ArraySpec("text", DType.STRING, Shape.of(-1), Layout.DENSE)),
              List.of(new ArraySpec("vector", DType.FLOAT32, Shape.of(-1, width), Layout.DENSE)),
              rows -> {
                assertThat(closed).as("closed").isFalse();
                float[] vector = new float[rows.rows() * width];
                Arrays.fill(vector, version);
                return Batch.of(
                    Map.of(
                        "vector",
                        new Array.Dense(
                            List.of((long) rows.rows(), (long) width), Values.of(vector))));
              });
        }

        @Override
        public long bytes() {
          return 1;
        }

        @Override
        public String digest() {
          return "digest " + version;
        }

        @Override
        public void close() {
          assertThat(closed.getAndSet(true)).as("closed before").isFalse();
          shelf.closed.add(version);
        }
      };
    }
  }

  private static final class Counts implements Meter {
    final Map<String, Long> counts = new HashMap<>();

    @Override
    public void count(String name, long more) {
      counts.merge(name, more, Long::sum);
    }

    @Override
    public void measure(String name, long value) {}
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("half a minute is over").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static int version(ModuleCaller caller) {
    Batch batch = Batch.of(Map.of("text", Array.Dense.vector(Values.of("a", "b", "c"))));
    ModuleCaller.Outcome outcome = caller.call(batch);
    Values values = outcome.pieces().get(0).outputs().column("vector").values();
    assertThat(values.get(0)).as("one version a batch").isEqualTo(values.get(2));
    int version = Math.round((Float) values.get(0));
    assertThat(caller.digest()).isEqualTo("digest " + version);
    return version;
  }

  @Test
  void aNewVersionIsTakenUpAndTheOldOneGoesOnUntilItIsLoaded() throws Exception {
    Loader loader = new Loader("taken up");
    Shelf shelf = loader.shelf();
    shelf.versions.addAll(List.of(9, 10));
    Counts counts = new Counts();
    try (ModuleCaller caller = new ModuleCaller(loader.spec(), loader, counts);
        ModuleCaller idle = new ModuleCaller(loader.spec(), loader, Meter.NONE)) {
      assertThat(version(caller)).isEqualTo(10);
      assertThat(version(idle)).isEqualTo(10);
      shelf.mayLoad.drainPermits();
      shelf.versions.add(11);
      await(() -> version(caller) == 10 && shelf.mayLoad.hasQueuedThreads());
      assertThat(version(caller)).isEqualTo(10);
      shelf.mayLoad.release(1_000);
      await(() -> version(caller) == 11);
      assertThat(caller.handle()).isEqualTo("taken up/11");
      assertThat(shelf.closed).as("somebody may still use it").isEmpty();
      assertThat(version(idle)).isEqualTo(11);
      assertThat(shelf.closed).containsExactly(10);
      assertThat(counts.counts).containsEntry(HubMetrics.UPDATES, 1L);
      assertThat(shelf.loaded).containsExactly(10, 11);
    }
  }

  @Test
  void aBrokenVersionIsReportedOnceAndTheOldOneStays() throws Exception {
    Loader loader = new Loader("broken");
    Shelf shelf = loader.shelf();
    shelf.versions.add(1);
    Counts counts = new Counts();
    try (ModuleCaller caller = new ModuleCaller(loader.spec(), loader, counts)) {
      assertThat(version(caller)).isEqualTo(1);
      shelf.broken.add(2);
      shelf.wide.add(3);
      shelf.versions.addAll(List.of(2, 3));
      await(
          () ->
              version(caller) == 1
                  && counts.counts.getOrDefault(HubMetrics.UPDATE_FAILURES, 0L) >= 2);
      assertThat(version(caller)).isEqualTo(1);
      // It was not complete, and is now.
      shelf.broken.clear();
      await(() -> version(caller) == 2);
      assertThat(counts.counts).containsEntry(HubMetrics.UPDATE_FAILURES, 2L);
      // Taken back.
      shelf.versions.removeAll(List.of(2, 3));
      await(() -> version(caller) == 1);
      // All gone.
      shelf.versions.clear();
      assertThat(version(caller)).isEqualTo(1);
    }
  }

  @Test
  void aJobStartsWithTheNewestVersionThatCanBeLoaded() {
    Loader loader = new Loader("start");
    Shelf shelf = loader.shelf();
    shelf.versions.addAll(List.of(1, 2));
    shelf.broken.add(2);
    Counts counts = new Counts();
    try (ModuleCaller caller = new ModuleCaller(loader.spec(), loader, counts)) {
      assertThat(version(caller)).isEqualTo(1);
      assertThat(counts.counts).containsEntry(HubMetrics.UPDATE_FAILURES, 1L);
    }
    Loader none = new Loader("none");
    none.shelf().versions.add(7);
    none.shelf().broken.add(7);
    try (ModuleCaller caller = new ModuleCaller(none.spec(), none, counts)) {
      assertThatThrownBy(() -> version(caller)).hasMessageContaining("version 7 is broken");
    }
  }

  @Test
  void manyThreadsNeverCallAClosedVersion() throws Exception {
    Loader loader = new Loader("many");
    Shelf shelf = loader.shelf();
    shelf.versions.add(1);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Integer> last = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 8; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (ModuleCaller caller = new ModuleCaller(loader.spec(), loader, Meter.NONE)) {
                  int before = 0;
                  while (end.getCount() > 0 || before < 20) {
                    int now = version(caller);
                    assertThat(now).isGreaterThanOrEqualTo(before);
                    before = now;
                  }
                  last.add(before);
                } catch (Throwable e) {
                  thrown.add(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (int version = 2; version <= 20; version++) {
      int next = version;
      shelf.versions.add(next);
      await(() -> shelf.loaded.contains(next) || !thrown.isEmpty());
    }
    end.countDown();
    for (Thread thread : threads) {
      thread.join(30_000);
    }
    assertThat(thrown).isEmpty();
    assertThat(last).hasSize(8).containsOnly(20);
    assertThat(shelf.closed).containsAll(IntStream.range(1, 20).boxed().toList());
    assertThat(shelf.loaded).as("all but the last are closed").hasSize(shelf.closed.size() + 1);
  }

  @Test
  void elementsAndBatchesHaveTheDigestOfTheirModule() {
    Loader loader = new Loader("digests");
    loader.shelf().versions.add(4);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(
            pipeline
                .apply("texts", Create.of("a", "b"))
                .apply(
                    HubEmbed.texts(loader.spec())
                        .withLoader(loader)
                        .withIds(text -> text)
                        .withDigest())
                .embeddings())
        .satisfies(
            all -> {
              assertThat(all).extracting(KV::getKey).containsExactly("digest 4", "digest 4");
              assertThat(all)
                  .extracting(kv -> kv.getValue().getKey())
                  .containsExactlyInAnyOrder("a", "b");
              return null;
            });
    PAssert.that(
            pipeline
                .apply(
                    "batches",
                    Create.of(Batch.of(Map.of("text", Array.Dense.vector(Values.of("a", "b"))))))
                .apply(RunModule.of(loader.spec()).withLoader(loader).withDigest("module"))
                .batches())
        .satisfies(
            all -> {
              Values digests = all.iterator().next().column("module").values();
              assertThat(digests).isEqualTo(Values.of("digest 4", "digest 4"));
              return null;
            });
    pipeline.run();
  }

  @Test
  void anIntervalOfNoTimeIsRefused() {
    assertThatThrownBy(() -> ModuleSpec.of("m").withUpdates(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
    assertThat(ModuleSpec.of("m").withUpdates(POLL).withHandle("n").loading().poll())
        .isEqualTo(POLL);
  }
}
