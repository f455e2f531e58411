// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches by many threads while generations follow each other. */
class SearchSoakTest {

  private static final int DIMENSION = 16;
  private static final int THREADS = 8;

  /** Generations; with {@code -Dhubbeam.soak=1000} it takes long. */
  private static final int GENERATIONS = Integer.getInteger("hubbeam.soak", 6);

  @TempDir Path folder;

  @Test
  void searchesSeeEachGenerationWhole() throws Exception {
    List<IndexRow> rows = TestIndex.rows(1000, DIMENSION, 51);
    TestIndex.write(folder, 2, TestIndex.options(Metric.COSINE, DIMENSION), rows);
    AtomicReference<SearchIndex> current = new AtomicReference<>(SearchIndex.open(folder));
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong searches = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(i);
        running.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    search(current, random);
                    searches.incrementAndGet();
                  }
                }));
      }
      for (int i = 1; i <= GENERATIONS; i++) {
        change(i);
        SearchIndex old = current.getAndSet(SearchIndex.open(folder));
        old.close();
        long before = searches.get();
        while (searches.get() < before + 50 && running.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
      }
      done.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (!onlyCurrentFilesAreOpen() && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(onlyCurrentFilesAreOpen()).as("files of old generations are closed").isTrue();
    } finally {
      done.set(true);
      threads.shutdownNow();
      current.get().close();
    }
    assertThat(searches.get()).isGreaterThan(50L * GENERATIONS);
  }

  /** Mappings end when the garbage collector finds that nobody uses them. */
  private boolean onlyCurrentFilesAreOpen() throws IOException {
    System.gc();
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return true;
    }
    List<String> current =
        IndexFolder.read(folder).files().map(IndexDescription.File::name).toList();
    return Files.readAllLines(maps).stream()
        .filter(line -> line.contains(folder.toString()))
        .allMatch(line -> current.stream().anyMatch(line::endsWith));
  }

  /** Replaces rows and now and then compacts. */
  private void change(int generation) throws Exception {
    List<IndexRow> rows = TestIndex.rows(40, DIMENSION, generation);
    IndexChangeTest.append(folder, rows);
    if (IndexChange.needsCompaction(IndexFolder.read(folder)) || generation % 5 == 0) {
      IndexChangeTest.compact(folder, 1 + generation % 3);
    }
  }

  private static void search(AtomicReference<SearchIndex> current, Random random) {
    float[] query = TestIndex.query(DIMENSION, random.nextInt(1000));
    SearchRequest request = SearchRequest.of(10);
    SearchIndex index = current.get();
    request = random.nextBoolean() ? request : request.withFilter(index.filter("year > 1960"));
    try {
      List<Hit> hits = index.nearest(query, request);
      assertThat(hits).hasSize(10);
      assertThat(TestIndex.ids(hits)).doesNotHaveDuplicates();
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("the index is closed");
      assertThat(current.get()).isNotSameAs(index);
    }
  }
}
