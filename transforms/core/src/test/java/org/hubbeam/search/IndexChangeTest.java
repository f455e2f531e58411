// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.search.IndexDescription.Change;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares indexes that are appended to, deleted from and compacted with a map of their rows. */
class IndexChangeTest {

  private static final int DIMENSION = 6;
  private static final ShardOptions OPTIONS = TestIndex.options(Metric.EUCLIDEAN, DIMENSION);

  @TempDir Path folder;

  private final Map<RowId, IndexRow> model = new TreeMap<>();

  private void create(List<IndexRow> rows) throws IOException {
    TestIndex.write(folder, 2, OPTIONS, rows);
    rows.forEach(row -> model.put(row.id(), row));
  }

  private void append(List<IndexRow> rows) throws IOException {
    append(folder, rows);
    rows.forEach(row -> model.put(row.id(), row));
  }

  static void append(Path folder, List<IndexRow> rows) throws IOException {
    IndexDescription index = IndexFolder.read(folder);
    ShardOptions options = ShardOptions.of(index);
    List<IndexDescription.Shard> shards =
        TestIndex.shards(folder, index.generation() + 1, 1, options, rows.stream());
    IndexFolder.stand(folder, IndexChange.append(folder, index, shards).description());
  }

  private IndexChange delete(Collection<RowId> ids) throws IOException {
    IndexChange change = IndexChange.delete(folder, IndexFolder.read(folder), ids);
    IndexFolder.stand(folder, change.description());
    ids.forEach(model::remove);
    return change;
  }

  static void compact(Path folder, int shards) throws IOException {
    try (SearchIndex index = SearchIndex.open(folder)) {
      IndexDescription before = index.description();
      List<IndexDescription.Shard> written =
          TestIndex.shards(
              folder, before.generation() + 1, shards, ShardOptions.of(before), index.rows());
      IndexFolder.stand(folder, IndexChange.compact(before, written).description());
    }
  }

  private void check() {
    try (SearchIndex index = SearchIndex.open(folder)) {
      assertThat(index.size()).isEqualTo(model.size());
      List<IndexRow> rows = List.copyOf(model.values());
      assertThat(index.rows().map(IndexRow::id).sorted()).containsExactlyElementsOf(model.keySet());
      for (int i = 0; i < 5; i++) {
        float[] query = TestIndex.query(DIMENSION, i);
        List<RowId> expected = TestIndex.nearest(rows, query, Metric.EUCLIDEAN, 20, row -> true);
        assertThat(TestIndex.ids(index.nearest(query, SearchRequest.of(20).withExact())))
            .isEqualTo(expected);
        assertThat(TestIndex.ids(index.nearest(query, SearchRequest.of(20).withEf(600))))
            .isEqualTo(expected);
        SearchRequest german = SearchRequest.of(20).withFilter(index.filter("lang == 'de'"));
        assertThat(TestIndex.ids(index.nearest(query, german)))
            .isEqualTo(
                TestIndex.nearest(
                    rows,
                    query,
                    Metric.EUCLIDEAN,
                    20,
                    row -> "de".equals(row.columns().get("lang"))));
      }
      for (IndexRow row : rows.subList(0, Math.min(rows.size(), 50))) {
        assertThat(index.row(row.id()).orElseThrow().vector()).isEqualTo(row.vector());
      }
    }
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".verified"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void changesLeaveTheRowsThatAMapOfThemWould() throws Exception {
    create(TestIndex.rows(400, DIMENSION, 31));
    check();
    Random random = new Random(32);
    for (int step = 0; step < 8; step++) {
      List<RowId> known = new ArrayList<>(model.keySet());
      List<IndexRow> rows = new ArrayList<>();
      Set<RowId> fresh = new TreeSet<>();
      for (int i = 0; i < 20; i++) {
        fresh.add(known.get(random.nextInt(known.size())));
        fresh.add(RowId.of("new " + random.nextInt(100)));
      }
      fresh.forEach(id -> rows.add(TestIndex.row(id, DIMENSION, random)));
      append(rows);
      check();
      Set<RowId> gone = new TreeSet<>();
      for (int i = 0; i < 15; i++) {
        gone.add(known.get(random.nextInt(known.size())));
      }
      gone.removeIf(id -> !model.containsKey(id));
      IndexChange change = delete(gone);
      assertThat(change.unknown()).isEmpty();
      assertThat(change.description().generations().get(2 + 2 * step).deleted())
          .isEqualTo(gone.size());
      check();
    }
    assertThat(IndexChange.needsCompaction(IndexFolder.read(folder))).isTrue();
    compact(folder, 3);
    check();
    IndexDescription index = IndexFolder.read(folder);
    assertThat(IndexChange.needsCompaction(index)).isFalse();
    assertThat(index.shards()).hasSize(3);
    assertThat(index.generations().get(17).kind()).isEqualTo(Change.COMPACT);
    append(TestIndex.rows(3, DIMENSION, 33));
    check();
    assertThat(files())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Stream.of("index.json"),
                    Stream.concat(
                        IndexFolder.read(folder).files().map(IndexDescription.File::name),
                        index.files().map(IndexDescription.File::name)))
                .collect(Collectors.toSet()));
  }

  @Test
  void idsThatAreNotThereAreNamed() throws Exception {
    create(TestIndex.rows(10, DIMENSION, 34));
    RowId here = model.keySet().iterator().next();
    IndexChange change = delete(List.of(here, RowId.of("z"), RowId.of("b"), RowId.of(99)));
    assertThat(change.unknown()).containsExactly(RowId.of(99), RowId.of("b"), RowId.of("z"));
    assertThat(change.written()).hasSize(1);
    check();
    assertThat(delete(List.of(here)).unknown()).containsExactly(here);
    check();
  }

  @Test
  void allRowsCanBeDeletedAndOthersCome() throws Exception {
    create(TestIndex.rows(30, DIMENSION, 35));
    delete(List.copyOf(model.keySet()));
    check();
    append(TestIndex.rows(5, DIMENSION, 36));
    check();
    compact(folder, 1);
    check();
  }

  @Test
  void anOpenIndexGoesOnAndSaysThatItIsOld() throws Exception {
    create(TestIndex.rows(300, DIMENSION, 37));
    List<IndexRow> before = List.copyOf(model.values());
    try (SearchIndex old = SearchIndex.open(folder)) {
      assertThat(old.isCurrent()).isTrue();
      append(TestIndex.rows(100, DIMENSION, 38));
      assertThat(old.isCurrent()).isFalse();
      compact(folder, 1);
      compact(folder, 2);
      float[] query = TestIndex.query(DIMENSION, 39);
      assertThat(TestIndex.ids(old.nearest(query, SearchRequest.of(20).withExact())))
          .isEqualTo(TestIndex.nearest(before, query, Metric.EUCLIDEAN, 20, row -> true));
      assertThat(old.rows()).hasSize(300);
    }
    check();
  }

  @Test
  void filesStayUntilTheChangeAfterTheNext() throws Exception {
    create(TestIndex.rows(50, DIMENSION, 40));
    Set<String> first = files();
    compact(folder, 1);
    assertThat(files()).containsAll(first);
    compact(folder, 1);
    first.remove("index.json");
    assertThat(files()).doesNotContainAnyElementsOf(first);
  }

  @Test
  void aChangeOfAnOldGenerationIsRefused() throws Exception {
    create(TestIndex.rows(50, DIMENSION, 41));
    IndexDescription index = IndexFolder.read(folder);
    delete(List.of(RowId.of("row 1")));
    IndexChange late = IndexChange.delete(folder, index, List.of(RowId.of("row 2")));
    assertThatThrownBy(() -> IndexFolder.stand(folder, late.description()))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("has been changed meanwhile: it has generation 1");
    model.remove(RowId.of("row 1"));
    check();
    IndexFolder.stand(folder, IndexFolder.read(folder).withEvaluation(Map.of("recall", 1.0)));
    assertThat(IndexFolder.read(folder).evaluation()).isEqualTo(Map.of("recall", 1.0));
  }

  @Test
  void theSameChangesAreTheSameBytes() throws Exception {
    List<byte[]> written = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      create(TestIndex.rows(100, DIMENSION, 42));
      append(TestIndex.rows(20, DIMENSION, 43));
      delete(List.of(RowId.of("row 1"), RowId.of("row 50")));
      for (String name : files()) {
        written.add(Files.readAllBytes(folder.resolve(name)));
        Files.delete(folder.resolve(name));
      }
      model.clear();
    }
    int half = written.size() / 2;
    assertThat(written.subList(0, half)).containsExactlyElementsOf(written.subList(half, 2 * half));
  }
}
